// purpose: Take an erased company out of all that it was connected with.
// params: rows list<map{id string}>
UNWIND $rows AS row
MATCH
  (e:Company {id: row.id})-
    [r:RESOLVES_TO|MEMBER_OF|HELD|MERGED_INTO|SPLIT_FROM]-
  ()
DELETE r