// SPDX-License-Identifier: Apache-2.0
//! The statements and requests of bench/policy.c in Cedar's language, one policy a statement. One JSON object a size.
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use std::fmt::Write;
use std::hint::black_box;
use std::str::FromStr;
use std::time::Instant;

const DEPARTMENTS: usize = 20;

fn policies(statements: usize) -> PolicySet {
    let mut text = String::new();
    for i in 0..statements {
        if i % 10 == 9 {
            writeln!(text, "forbid(principal, action, resource in Folder::\"F{i}\") when {{ context.user_agent like \"robot*\" }};").unwrap();
        } else {
            writeln!(
                text,
                "permit(principal, action in [Action::\"GetObject\", Action::\"ListFolder\"], resource in Folder::\"F{i}\") \
                 when {{ context.source_ip.isInRange(ip(\"10.0.0.0/8\")) && context.department == \"dept{}\" }};",
                i % DEPARTMENTS
            )
            .unwrap();
        }
    }
    PolicySet::from_str(&text).unwrap()
}

fn request(folder: usize, user_agent: &str) -> (Request, Entities) {
    let document = format!("Document::\"F{folder}/report.pdf\"");
    let context = context_of(folder, user_agent);
    let entities = Entities::from_json_str(
        &format!(
            "[{{\"uid\":{{\"type\":\"Document\",\"id\":\"F{folder}/report.pdf\"}},\"attrs\":{{}},\"parents\":[{{\"type\":\"Folder\",\"id\":\"F{folder}\"}}]}}]"
        ),
        None,
    )
    .unwrap();
    let request = Request::new(
        EntityUid::from_str("User::\"john.doe\"").unwrap(),
        EntityUid::from_str("Action::\"GetObject\"").unwrap(),
        EntityUid::from_str(&document).unwrap(),
        context,
        None,
    )
    .unwrap();
    (request, entities)
}

fn context_of(folder: usize, user_agent: &str) -> Context {
    let json = format!(
        "{{\"source_ip\":{{\"__extn\":{{\"fn\":\"ip\",\"arg\":\"10.20.30.40\"}}}},\"user_agent\":\"{user_agent}\",\
         \"department\":\"dept{}\",\"current_time\":\"2026-01-21T10:30:45Z\"}}",
        folder % DEPARTMENTS
    );
    Context::from_json_str(&json, None).unwrap()
}

/// Nanoseconds for one evaluation, the least of many short rounds.
fn measure(set: &PolicySet, asked: &(Request, Entities), evaluations: usize, expected: Decision) -> f64 {
    let authorizer = Authorizer::new();
    let rounds = evaluations.clamp(5, 100);
    let evaluations = (evaluations / rounds).max(1);
    (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..evaluations {
                let answer = authorizer.is_authorized(black_box(&asked.0), set, &asked.1);
                assert_eq!(answer.decision(), expected);
            }
            begin.elapsed().as_nanos() as f64 / evaluations as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    for statements in [1, 10, 1000, 100_000] {
        let begin = Instant::now();
        let set = policies(statements);
        let compile_ms = begin.elapsed().as_secs_f64() * 1e3;
        let evaluations = (200_000 / statements).max(1);
        let half = statements / 2;
        let folder = if half % 10 == 9 { half - 1 } else { half };
        let allowed = measure(&set, &request(folder, "firefox"), evaluations, Decision::Allow);
        let nothing = measure(&set, &request(statements + 1, "firefox"), evaluations, Decision::Deny);
        print!("{{\"statements\":{statements},\"compile_ms\":{compile_ms:.2},\"allowed_ns\":{allowed:.0},\"nothing_fits_ns\":{nothing:.0}");
        if statements >= 10 {
            let denied = measure(&set, &request(9, "robot/2"), evaluations, Decision::Deny);
            print!(",\"denied_ns\":{denied:.0}");
        }
        println!("}}");
    }
}
