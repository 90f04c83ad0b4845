rows=[]
def org(o,users,apps):
    for u in users: rows.append((o,'user',u[0],u[1],'',';'.join(u[2:])))
    for a in apps:
        aid,name,al,roles=a
        rows.append((o,'app',aid,name,'',al))
        for r in roles: rows.append((o,'role',r[0],r[1],aid,r[2] if len(r)>2 else ''))
org('acme',[('john.doe','John Doe','john.doe@acme.com'),('li.wei','Li Wei','li.wei@acme.com'),('jane.smith','Jane Smith','jane.smith@acme.com','janey'),('bob','Bob Martin','bob.martin@acme.com'),('sam1','Sam Taylor','sam.taylor1@acme.com'),('sam2','Sam Taylor','sam.taylor2@acme.com'),('will.may','Will May','will.may@acme.com'),('april.jones','April Jones',''),('jose.nunez','José Núñez',''),('E-1001','Maria Garcia','mgarcia@acme.com'),('mark.young','Mark Young',''),('anne-marie','Anne-Marie Smith','')],
[('workday','Workday','WD;Workday HCM',[('hr_analyst','HR Analyst','HRA'),('payroll_admin','Payroll Admin'),('hr_partner','HR Business Partner','HRBP'),('wd_viewer','Viewer'),('ext_auditor','External Auditor')]),
('salesforce','Salesforce','SFDC',[('sales_rep','Sales Rep'),('sf_admin','Admin'),('sf_viewer','Viewer'),('opp_manager','Opportunity Manager')]),
('jira','Jira','',[('jira_admin','Admin'),('jira_dev','Developer'),('jira_viewer','Viewer')]),
('box','Box','',[('box_editor','Editor'),('box_viewer','Viewer'),('box_coowner','Co-owner')]),
('monday','Monday','monday.com',[('mon_member','Member'),('mon_board','Board Owner')]),
('slack','Slack','',[('sl_admin','Workspace Admin'),('sl_guest','Guest')]),
('teams','Microsoft Teams','Teams',[('tm_owner','Team Owner'),('tm_member','Member')]),
('sap','SAP S/4HANA','SAP;S4',[('gl_acc','GL Accountant'),('ap_clerk','AP Clerk'),('tier1','Tier 1 Support'),('tier2','Tier 2 Support')]),
('github','GitHub','GH',[('gh_maint','Repo Maintainer'),('gh_reader','Repo Reader')]),
('snow','ServiceNow','SNOW',[('itil','ITIL User'),('snow_admin','Admin')])])
org('nord',[('u1','Ørjan Ødegård','orjan@nord.no'),('u2','Zoë Kravitz','zoe@nord.no'),('u3','王伟',''),('u4','Grant Hill','grant.hill@nord.no'),('u5','Rose Admin','rose@nord.no'),('u6','Pat O\'Neil','pat.oneil@nord.no'),('u7','Jean-Luc Picard','jlp@nord.no')],
[('vault','The Vault','',[('vk','Vault Keeper'),('vr','Reader')]),
('rd','R&D Portal','',[('rdl','Research Lead'),('rdv','Viewer')]),
('todo','To Do','',[('tde','Editor'),('tdv','Viewer')]),
('cpp','C++ Build Farm','',[('bm','Build Master'),('bo','Operator')]),
('csharp','C# Tools','',[('cst','Tool Smith')]),
('okta','Okta','',[('okta_sfa','Salesforce Admin'),('okta_user','User'),('okta_ro','Read-Only Administrator')]),
('sfdc','Salesforce','',[('sfadmin','Admin'),('sfrep','Rep')]),
('zoom','Zoom','',[('zh','Licensed Host'),('za','Admin')]),
('notion','Notion','',[('ne','Editor'),('na','Admin')]),
('hub','Hub','Data Hub',[('hs','Data Steward'),('hv','Viewer')]),
('power','Power BI','',[('pbi_ws','Workspace Contributor'),('pbi_v','Viewer')]),
('wf','Workforce','Workforce Central',[('wf_m','Manager'),('wf_t','Time Keeper'),('wf_ii','Analyst II'),('wf_iii','Analyst III')])])
open('organisations.tsv','w').write('\n'.join('\t'.join(r) for r in rows)+'\n')
