"""`dfsync completion`: the script that makes a shell complete commands, options, and the words of a repository.

The script knows commands and options by itself; for the words of a repository it asks `dfsync`, which answers without
importing any command, so that a TAB is quick.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.global_options import GlobalOption

_SHELLS = ("bash", "zsh", "fish")
_OF_OPTION = {
    "--target": "targets",
    "--only": "ids",
    "--exclude": "ids",
    "--sites": "ids",
    "--id": "ids",
    "--group": "groups",
    "--diff-base": "revisions",
}
_OF_ARGUMENT = {"explain": "codes", "pull": "ids", "show": "ids", "diff": "revisions", "log": "", "list": ""}
"""The kind of words that stand behind a command; files where nothing is said."""


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(ctx: click.Context, /, *, shell: str) -> None:
    """Print the completion script of a shell.

    For bash: source <(dfsync completion bash). For zsh, in ~/.zshrc after compinit: source <(dfsync completion zsh).
    For fish: dfsync completion fish > ~/.config/fish/completions/dfsync.fish.
    """
    root = ctx.find_root().command
    if not isinstance(root, click.Group):
        raise TypeError("dfsync is a group of commands")
    tree = dict(_walk(root, ctx.find_root(), ""))
    invocation: Invocation = ctx.obj
    invocation.result(_fish(tree) if shell == "fish" else _bash(tree, zsh=shell == "zsh"))


def _walk(group: click.Group, ctx: click.Context, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield each command by its words, the group itself first; `auth status` comes after `auth`."""
    yield path, group
    for name in group.list_commands(ctx):
        below = group.get_command(ctx, name)
        if below is None or below.hidden:
            continue
        words = f"{path} {name}".strip()
        if isinstance(below, click.Group):
            yield from _walk(below, ctx, words)
        else:
            yield words, below


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option) and not each.hidden]


def _choices(parameter: click.Parameter) -> str:
    return " ".join(map(str, parameter.type.choices)) if isinstance(parameter.type, click.Choice) else ""


def _below(command: click.Command) -> str:
    if isinstance(command, click.Group):
        return " ".join(command.list_commands(click.Context(command)))
    return " ".join(filter(None, (_choices(each) for each in command.params if isinstance(each, click.Argument))))


def _takes_value(option: click.Option) -> bool:
    return not (option.is_flag or option.count)


def _bash(tree: dict[str, click.Command], *, zsh: bool) -> str:
    shell = "zsh" if zsh else "bash"
    start = "autoload -U +X bashcompinit && bashcompinit\n" if zsh else ""
    return f"""\
# dfsync completion for {shell}; made by: dfsync completion {shell}
{start}{_BASH_WORDS}{_bash_function(tree)}complete -o filenames -o bashdefault -F _dfsync dfsync
"""


_BASH_WORDS = """\
_dfsync_words() {  # the words of a repository, each a line
  if [ "$1" = revisions ]; then
    git -C "$3" for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null |
      while IFS= read -r word; do case "$word" in *[!A-Za-z0-9._/-]*) ;; "$2"*) printf '%s\\n' "$word" ;; esac; done
  else
    dfsync __complete "$1" "$2" "$3" 2>/dev/null
  fi
}
"""


def _bash_function(tree: dict[str, click.Command]) -> str:
    cases = "\n".join(_bash_case(path, command) for path, command in tree.items())
    valued = sorted(
        {name for each in tree.values() for one in _options(each) if _takes_value(one) for name in one.opts}
    )
    groups = "|".join(path for path, each in tree.items() if path and isinstance(each, click.Group))
    # No variable may be called path or options: in zsh those are $PATH and what setopt sets.
    return f"""\
_dfsync() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" folder=. verb="" word skip="" i
  local flags="" below="" kind="" choices=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${{COMP_WORDS[i]}}"
    if [ -n "$skip" ]; then [ "$skip" = -C ] && folder="$word"; skip=""; continue; fi
    case "$word" in
      {"|".join(valued)}) skip="$word" ;;
      -*) ;;
      *) case "$verb" in "") verb="$word" ;; {groups}) verb="$verb $word" ;; esac ;;
    esac
  done
  case "$verb" in
{cases}
    *) return ;;
  esac
  case "$skip" in
    "") ;;
    -C) COMPREPLY=($(compgen -d -- "$current")); return ;;
{_bash_values()}
    *) [ -n "$choices" ] || {{ COMPREPLY=($(compgen -f -- "$current")); return; }}
       COMPREPLY=($(compgen -W "$choices" -- "$current")); return ;;
  esac
  if [ -z "$kind" ]; then case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;; esac; fi
  if [ -n "$kind" ]; then
    COMPREPLY=()
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(_dfsync_words "$kind" "$current" "$folder")
    case "$kind,$verb" in ids,show) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
    case "$current" in -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;; esac
    return
  fi
  if [ -n "$below" ]; then COMPREPLY=($(compgen -W "$below" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}}
"""


def _bash_values() -> str:
    kinds: dict[str, list[str]] = {}
    for option, kind in _OF_OPTION.items():
        kinds.setdefault(kind, []).append(option)
    return "\n".join(
        f"    {'|'.join(options)}) COMPREPLY=()\n"
        f'      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(_dfsync_words {kind} "$current" "$folder")\n'
        "      return ;;"
        for kind, options in kinds.items()
    )


def _bash_case(path: str, command: click.Command) -> str:
    flags = " ".join(name for one in _options(command) for name in one.opts if name.startswith("--")) + " --help"
    choices = [f'{"|".join(one.opts)}) choices="{_choices(one)}" ;;' for one in _options(command) if _choices(one)]
    kind = _OF_ARGUMENT.get(path, "")
    chosen = f' case "$skip" in {" ".join(choices)} esac;' if choices else ""
    return f'    "{path}") flags="{flags}"; below="{_below(command)}"; kind="{kind}";{chosen} ;;'


def _fish(tree: dict[str, click.Command]) -> str:
    lines = [
        "# dfsync completion for fish; made by: dfsync completion fish",
        "function __dfsync_words; dfsync __complete $argv[1] (commandline -ct) . 2>/dev/null; end",
        "function __dfsync_revisions",
        "  git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null",
        "end",
        "complete -c dfsync -f",
    ]
    for path, command in tree.items():
        where = (
            "__fish_use_subcommand"
            if not path
            else " and ".join(f"__fish_seen_subcommand_from {word}" for word in path.split()).replace(" and ", "; and ")
        )
        if isinstance(command, click.Group):
            below = " ".join(command.list_commands(click.Context(command)))
            lines.append(f"complete -c dfsync -n '{where}' -a '{below}'")
        elif kind := _OF_ARGUMENT.get(path):
            lines.append(f"complete -c dfsync -n '{where}' -a '({_fish_words(kind)})'")
        elif below := _below(command):
            lines.append(f"complete -c dfsync -n '{where}' -a '{below}'")
        elif any(isinstance(each, click.Argument) for each in command.params):
            lines.append(f"complete -c dfsync -n '{where}' -F")
        own = [option for option in _options(command) if path and not isinstance(option, GlobalOption)]
        lines += [f"complete -c dfsync -n '{where}' {_fish_option(option)}" for option in own]
    lines += [f"complete -c dfsync {_fish_option(option)}" for option in _options(tree[""])]
    return "\n".join(lines) + "\n"


def _fish_option(option: click.Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.opts)
    if not _takes_value(option):
        return names
    kind = next((_OF_OPTION[name] for name in option.opts if name in _OF_OPTION), None)
    values = f"({_fish_words(kind)})" if kind else _choices(option)
    return f"{names} -r -f -a '{values}'" if values else f"{names} -r -F"


def _fish_words(kind: str) -> str:
    return "__dfsync_revisions" if kind == "revisions" else f"__dfsync_words {kind}"
