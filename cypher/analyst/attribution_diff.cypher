// purpose: What moved between two runs by a model, and what changed about the owners of the stage
// in between. The graph keeps the credit of now and that of before its last change; credit of
// sessions that are no more went with them.
// params: model string, run_a int, run_b int
// returns: stage string, channel string, before_minor int, after_minor int, moved_minor int,
// moved_weight float, causes list<string>
CALL () {
  MATCH (s:Session)-[c:CREDITED]->(g:Stage)
  WHERE c.model = $model
  WITH
    g.id AS stage,
    coalesce(s.channel, s.kind) AS channel,
    CASE
      WHEN c.run <= $run_a AND coalesce(c.until_run, $run_a + 1) > $run_a THEN 1
      ELSE 0
    END AS held_a,
    CASE
      WHEN c.run <= $run_b AND coalesce(c.until_run, $run_b + 1) > $run_b THEN 1
      ELSE 0
    END AS held_b,
    coalesce(c.value_minor, 0) AS value,
    c.weight AS weight
  WITH
    stage,
    channel,
    sum(held_a * value) AS before_minor,
    sum(held_b * value) AS after_minor,
    sum((held_b - held_a) * weight) AS moved_weight
  WHERE before_minor <> after_minor OR abs(moved_weight) > 0.000000001
  RETURN
    stage AS stage,
    null AS cause,
    {
      channel: channel,
      before: before_minor,
      after: after_minor,
      weight: moved_weight
    } AS move
    UNION ALL
  MATCH (x:Change)
  WHERE x.run > $run_a AND x.run <= $run_b
  CALL (x) {
    MATCH
      (:Contact {id: x.subject})<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
    RETURN g.id AS stage
      UNION
    MATCH
      (:Company {id: x.subject})<-[:RESOLVES_TO]-(:Identifier)<-[:OF]-(g:Stage)
    RETURN g.id AS stage
      UNION
    MATCH
      (:Company {id: x.subject})<-[:RESOLVES_TO]-
      (:Identifier)<-[f:FOR_ACCOUNT]-
      (:Identifier)<-[:OF]-
      (g:Stage)
    WHERE f.until_ms IS NULL AND NOT f.withdrawn
    RETURN g.id AS stage
      UNION
    MATCH
      (:Company {id: x.subject})<-[:MEMBER_OF]-
      (:Contact)<-[:RESOLVES_TO]-
      (:Identifier)<-[:OF]-
      (g:Stage)
    RETURN g.id AS stage
  }
  RETURN stage AS stage, x.change AS cause, null AS move
}
WITH stage, cause, move
ORDER BY cause
WITH stage, collect(DISTINCT cause) AS causes, collect(move) AS moves
UNWIND moves AS move
RETURN
  stage AS stage,
  move.channel AS channel,
  move.before AS before_minor,
  move.after AS after_minor,
  move.after - move.before AS moved_minor,
  round(move.weight, 9) AS moved_weight,
  causes AS causes
ORDER BY abs(move.after - move.before) DESC, stage, channel