// One company and why
// purpose: a company by one of its domains, its identifiers, the evidence among them, its people
// params: domain string
// returns: identifiers path, evidence path, people path
MATCH (:Identifier {id: 'domain:' + $domain})-[:RESOLVES_TO]->(company:Company)
MATCH identifiers = (company)<-[:RESOLVES_TO]-(identifier:Identifier)
OPTIONAL MATCH evidence = (identifier)-[:SAME_COMPANY|REFUSED]-(:Identifier)
OPTIONAL MATCH people = (company)<-[:MEMBER_OF]-(:Contact)
RETURN identifiers, evidence, people
LIMIT 200