// SPDX-License-Identifier: Apache-2.0
// One OpenSearch node with its REST API on loopback, for tests.
// Usage: OpenSearchTestNode HOME PORT [plugin=CLASS | setting=value ...]
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.ExtensiblePlugin;
import org.opensearch.plugins.Plugin;

public final class OpenSearchTestNode extends Node {
    private OpenSearchTestNode(Settings s, List<Class<? extends Plugin>> plugins) {
        super(InternalSettingsPreparer.prepareEnvironment(s, Map.of(), Path.of(s.get("path.home"), "config"), () -> "test-node"),
              plugins, true);
    }

    public static void main(String[] args) {
        try {
            run(args);
        } catch (Throwable t) {
            t.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] args) throws Exception {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(List.of(
            org.opensearch.transport.Netty4Plugin.class,
            org.opensearch.analysis.common.CommonAnalysisPlugin.class,
            org.opensearch.painless.PainlessPlugin.class,
            org.opensearch.index.reindex.ReindexPlugin.class,
            org.opensearch.index.mapper.MapperExtrasPlugin.class,
            org.opensearch.knn.plugin.KNNPlugin.class,
            org.opensearch.neuralsearch.plugin.NeuralSearch.class));
        Settings.Builder s = Settings.builder()
            .put("cluster.name", "test-cluster")
            .put("node.name", "test-node")
            .put("path.home", args[0])
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", args[1])
            .put("transport.port", "0")
            .put("node.store.allow_mmap", false)
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 2; i < args.length; i++) {
            String[] kv = args[i].split("=", 2);
            if (kv[0].equals("plugin"))
                plugins.add(Class.forName(kv[1]).asSubclass(Plugin.class));
            else
                s.put(kv[0], kv[1]);
        }
        // Plugins on the class path are not offered to one another as extensions. Painless keeps
        // its list in a static map, so hand it k-NN's script functions before the node is built.
        new PainlessPlugin().loadExtensions(new ExtensiblePlugin.ExtensionLoader() {
            @Override
            public <T> List<T> loadExtensions(Class<T> type) {
                return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
            }
        });
        Node node = new OpenSearchTestNode(s.build(), plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try { node.close(); } catch (Exception e) { e.printStackTrace(); }
        }));
        node.start();
        new CountDownLatch(1).await();
    }
}
