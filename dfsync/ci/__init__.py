"""What a CI job on GitHub does around the commands: `python -P -m dfsync.ci validate|plan|apply|drift`.

The commands decide; this only carries their words to where people look: annotations, job summary, a comment on the pull
request, an issue. Whatever GitHub refuses becomes a warning and never changes the verdict of a command.
"""
