"""The batch engine alone: evidence as Parquet in, clusters as Parquet out, no graph.

The contract: evidence ``src``, ``dst``, ``strength`` (larger is stronger); optional anchors
(``identifier``, ``namespace``, ``key``): those of one namespace and key are one, always together,
and never conflict; those of one namespace and different keys never share a cluster. Optional pairs
``a``, ``b`` that never share one either. The strongest duplicate of a pair counts; ties go by
(smaller id, larger id). A cluster is called by its smallest anchor, else by its smallest
identifier; with a previous result it keeps a name that is still a member, anchors first.

Text is numbered first (`coding`; `streaming` with compiled code, row group by row group), and from
there on only numbers are compared (`clusters`), until clusters are called by a name (`naming`).
`files.resolve_files` and `engine.resolve_frames` are what others call.
"""
