"""The hooks, run by the real pre-commit in a real repository: what is judged is what is being committed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.git import Repository, repository

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"
CONFIG = "version: 1\nhours_profiles:\n  retail: {Mon-Fri: 09:00-18:59}\n"
SITE = "id: site-1\nname: Downtown Store\noperational_hours: {profile: retail}\n"
BAD = "id: site-2\nname: Uptown Store\ncurrency: Euro\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository whose commits run the hooks of the manifest, with the dfsync of this checkout."""
    pre_commit = Path(sys.executable).with_name("pre-commit")
    if not pre_commit.exists():
        pytest.skip("pre-commit is not installed beside this Python")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(HOOKS.parent))
    hooks = [
        {**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}", "verbose": True}
        for hook in yaml.safe_load(HOOKS.read_text())
    ]
    made = repository(tmp_path / "repo")
    made.write({".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})})
    made.commit({"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    subprocess.run([pre_commit, "install"], cwd=made.root, capture_output=True, check=True)
    return made


def commit(repo: Repository) -> tuple[int, str]:
    """Commit what is staged and return git's exit code and everything that was printed."""
    done = subprocess.run(
        ["git", "commit", "-m", "A change"], cwd=repo.root, env=os.environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_manifest_starts_one_process_that_sees_deletions() -> None:
    """No file names, always run, serial; entries that dfsync has; nothing that needs the network."""
    hooks = {hook["id"]: hook for hook in yaml.safe_load(HOOKS.read_text())}
    assert set(hooks) == {"dfsync-validate", "dfsync-fmt"}
    validate = hooks["dfsync-validate"]
    assert validate["entry"] == "dfsync validate --staged"
    assert (validate["pass_filenames"], validate["always_run"], validate["require_serial"]) == (False, True, True)
    assert all(hook["language"] == "python" for hook in hooks.values())
    assert hooks["dfsync-fmt"]["entry"] == "dfsync fmt --ignore-unknown"
    assert hooks["dfsync-fmt"].get("pass_filenames", True) is True
    assert "files" not in validate
    assert "types" not in validate


def test_a_good_commit_passes_and_a_bad_one_is_refused_with_the_place(repo: Repository) -> None:
    """The message is the one that validate prints."""
    repo.write({"sites/b.yaml": BAD.replace("Euro", "EUR")})
    repo.git("add", "sites/b.yaml")
    assert commit(repo)[0] == 0
    repo.write({"sites/b.yaml": BAD})
    repo.git("add", "sites/b.yaml")
    code, output = commit(repo)
    assert code == 1
    assert "sites/b.yaml:3:11: error[DF108] Euro is not a currency" in output


def test_what_is_not_staged_is_not_judged(repo: Repository) -> None:
    """Neither an untracked file that is wrong nor an edit that stays behind."""
    repo.write({"sites/untracked.yaml": BAD, "sites/a.yaml": SITE + "currency: Euro\n", "README.md": "x"})
    repo.git("add", "README.md")
    code, output = commit(repo)
    assert code == 0, output
    assert (repo.root / "sites/a.yaml").read_text() == SITE + "currency: Euro\n"


def test_what_is_staged_is_judged_even_when_the_file_is_right_by_now(repo: Repository) -> None:
    """The index is committed, not the file."""
    repo.write({"sites/a.yaml": SITE + "currency: Euro\n"})
    repo.git("add", "sites/a.yaml")
    repo.write({"sites/a.yaml": SITE})
    code, output = commit(repo)
    assert code == 1
    assert "DF108" in output


def test_a_commit_that_only_deletes_what_others_need_is_refused(repo: Repository) -> None:
    """A site that has contacts elsewhere, and a profile that sites name."""
    repo.commit(
        {
            "contacts/a.yaml": "contacts: [{site: site-1, email: ada@example.com}]\n",
            "sites/b.yaml": BAD.replace("Euro", "EUR"),
        }
    )
    repo.git("rm", "-q", "sites/a.yaml")
    code, output = commit(repo)
    assert code == 1
    assert "error[DF303] no site has the id site-1" in output
    repo.git("reset", "-q", "--hard")
    repo.write({"dfsync.yaml": "version: 1\n"})
    repo.git("add", "dfsync.yaml")
    code, output = commit(repo)
    assert code == 1
    assert "error[DF207] no hours profile is named retail" in output


def test_a_commit_of_paths_is_judged_by_its_own_index(repo: Repository) -> None:
    """`git commit PATH` makes an index of its own for the hook; what is staged beside it is not in the commit."""
    repo.commit({"sites/b.yaml": BAD.replace("Euro", "EUR")})
    repo.write({"sites/a.yaml": SITE + "currency: Euro\n", "sites/b.yaml": BAD.replace("Euro", "USD")})
    repo.git("add", "sites/a.yaml")
    done = subprocess.run(
        ["git", "commit", "-m", "One file", "sites/b.yaml"], cwd=repo.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_6_000_staged_files_start_one_process(repo: Repository) -> None:
    """pre-commit splits file names over many processes; without file names there is one."""
    repo.write({f"sites/many/{n:04}.yaml": f"id: many-{n}\nname: Store {n}\n" for n in range(6000)})
    repo.git("add", "sites")
    code, output = commit(repo)
    assert code == 0, output
    assert output.count("No problems in 6,001 files") == 1


def test_fmt_rewrites_what_is_staged_and_the_commit_waits(repo: Repository) -> None:
    """The first commit fails and leaves the files formatted, as with other formatters under pre-commit."""
    repo.write({"sites/b.yaml": "name: Uptown Store\nid: site-2\naddress: {state: NO}\n"})
    repo.git("add", "sites/b.yaml")
    code, output = commit(repo)
    assert code == 1
    assert "files were modified by this hook" in output
    repo.git("add", "sites/b.yaml")
    assert commit(repo)[0] == 0
    assert '"NO"' in (repo.root / "sites/b.yaml").read_text()


DRAFTS = ('id: two\nname: "half a dra\n', "name:    Two\nid:   two\n")


@pytest.mark.parametrize("draft", DRAFTS)
def test_an_untracked_draft_stays_byte_for_byte(repo: Repository, draft: str) -> None:
    """It is not in the commit, whether it is YAML already or not; YAML that is no site's is left alone too."""
    workflow = "on:   push\n"
    repo.write({"sites/draft.yaml": draft, "sites/b.yaml": "id: two\nname: Uno\n", ".github/x.yaml": workflow})
    repo.git("add", "sites/b.yaml", ".github/x.yaml")
    code, output = commit(repo)
    assert code == 0, output
    assert (repo.root / "sites/draft.yaml").read_text() == draft
    assert (repo.root / ".github/x.yaml").read_text() == workflow


@pytest.mark.parametrize("draft", DRAFTS)
def test_a_hook_that_gives_no_names_leaves_drafts_alone_too(repo: Repository, draft: str) -> None:
    """Older configurations say `pass_filenames: false`: then the files that git knows are formatted."""
    entry = f"{sys.executable} -m dfsync fmt"
    hook = {"id": "dfsync-fmt", "name": "fmt", "entry": entry, "language": "system", "pass_filenames": False}
    repo.write({".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]})})
    repo.write({"sites/draft.yaml": draft, "sites/b.yaml": "id: two\nname: Uno\n"})
    repo.git("add", "sites/b.yaml", ".pre-commit-config.yaml")
    code, output = commit(repo)
    assert code == 0, output
    assert (repo.root / "sites/draft.yaml").read_text() == draft


def run_git(repo: Repository, *arguments: str, input: str | None = None) -> tuple[int, str]:
    done = subprocess.run(["git", *arguments], cwd=repo.root, capture_output=True, text=True, check=False, input=input)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("way", ["-a", "-p", "path", "amend", "merge", "worktree", "submodule"])
@pytest.mark.parametrize("good", [True, False])
def test_in_all_of_git_s_ways_to_commit_what_comes_in_decides(
    repo: Repository, tmp_path: Path, way: str, good: bool
) -> None:
    """A commit that brings in an error is refused, one that does not goes through, past an old error."""
    repo.write({"sites/old.yaml": "id: old\nname: Old\ncurrency: Euro\n"})
    repo.git("add", "-A")
    repo.git("commit", "-q", "--no-verify", "-m", "An old error")
    changed = SITE.replace("oper", f"currency: {'EUR' if good else 'Dollar'}\noper")
    if way == "merge":
        repo.git("checkout", "-q", "-b", "side")
        repo.write({"sites/a.yaml": changed})
        repo.git("commit", "-q", "--no-verify", "-a", "-m", "Aside")
        repo.git("checkout", "-q", "main")
        repo.write({"README.md": "x"})
        repo.git("add", "README.md")
        repo.git("commit", "-q", "--no-verify", "-m", "Here")
        subprocess.run(
            [Path(sys.executable).with_name("pre-commit"), "install", "-t", "pre-merge-commit"],
            cwd=repo.root,
            capture_output=True,
            check=True,
        )
        outcome = run_git(repo, "merge", "--no-edit", "side")
    elif way == "worktree":
        repo.git("worktree", "add", "-q", str(tmp_path / "beside"), "-b", "beside")
        beside = Repository(tmp_path / "beside")
        beside.write({"sites/a.yaml": changed})
        outcome = run_git(beside, "commit", "-a", "-m", "There")
    elif way == "submodule":
        outer = repository(tmp_path / "outer")
        run_git(outer, "-c", "protocol.file.allow=always", "submodule", "add", str(repo.root), "stores")
        inner = Repository(outer.root / "stores")
        for name, value in (("user.name", "Me"), ("user.email", "me@example.com")):
            inner.git("config", name, value)
        subprocess.run([Path(sys.executable).with_name("pre-commit"), "install"], cwd=inner.root, check=True)
        inner.write({"sites/a.yaml": changed})
        outcome = run_git(inner, "commit", "-a", "-m", "Inside")
    else:
        repo.write({"sites/a.yaml": changed})
        if way == "amend":
            repo.git("add", "-A")
        arguments = {"-a": ["-a"], "-p": ["-p"], "path": ["sites/a.yaml"], "amend": ["--amend"]}[way]
        outcome = run_git(repo, "commit", "-m", "A change", *arguments, input="y\n" if way == "-p" else None)
    code, output = outcome
    assert (code == 0) == good, output
    assert good or "error[DF108] Dollar is not a currency" in output
    assert "Euro" not in output
    assert "1 older error, in HEAD already, left out" in output


@pytest.mark.parametrize("good", [True, False])
def test_a_hook_may_start_in_another_folder_than_dfsync(repo: Repository, good: bool) -> None:
    """A repository of several projects: `dfsync -C shops`. Git's paths in a hook are relative to the top."""
    config = repo.root / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("-m dfsync ", "-m dfsync -C shops "))
    (repo.root / "shops").mkdir()
    repo.git("mv", "dfsync.yaml", "sites", "shops/")
    repo.write({"shops/sites/b.yaml": BAD.replace("Euro", "EUR") if good else BAD})
    repo.git("add", "-A")
    code, output = commit(repo)
    assert code == (0 if good else 1), output
    assert ("DF108" in output) != good
    repo.write({"shops/sites/b.yaml": "id:   site-2\nname: Uptown Store\n"})
    repo.git("add", "-A")
    code, output = commit(repo)
    assert (code, "reformatted shops/sites/b.yaml" in output or "reformatted sites/b.yaml" in output) == (1, True), (
        output
    )
    assert (repo.root / "shops/sites/b.yaml").read_text() == "id: site-2\nname: Uptown Store\n"
