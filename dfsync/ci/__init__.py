"""The jobs of CI on GitHub: `python -P -m dfsync.ci validate|plan|apply|drift`.

The commands decide. The jobs only carry their output to where people look: annotations, the job summary, a comment on
the pull request, an issue. If GitHub refuses one of these, that is a warning and never changes the exit code of a
command.
"""
