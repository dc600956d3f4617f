"""Apply as a user runs it."""

from __future__ import annotations

import json
import signal
import subprocess
from queue import Queue
from typing import Any

import jsonschema
import pytest

from dfsync.model.values import keyed
from dfsync.runtime.resources import schema
from dfsync.sandbox.faults import Fault
from dfsync.sandbox.settings import SandboxSettings
from dfsync.validation.checks import file_results
from tests.apply.conftest import NewShop
from tests.apply.shop import Shop, parsed, row, site
from tests.support.terminal import CTRL_D, at_terminal
from tests.support.waiting import PATIENCE_S, wait_until

UNCHECKED = {"DF105": {"level": "warning", "reason": "the server is to find it"}}
WEEK = {"Mon-Fri": "09:00-17:00"}


def test_exactly_the_cells_of_the_plan_are_uploaded(new_shop: NewShop) -> None:
    """Required columns apart, no cell travels that does not change for that row."""
    shop = new_shop([row(n, Timezone="UTC", Currency="USD", **{"Escalation Path": "Ops"}) for n in range(4)])
    shop.sites(
        [
            site(0, timezone="UTC", currency="EUR"),
            site(1, timezone="Europe/Paris", currency="USD"),
            site(2, timezone="UTC", currency="USD", escalation_path=None),
            site(3, timezone="UTC", currency="USD", escalation_path="Ops "),
            site(4, groups=["b", "a"], operational_hours=WEEK),
        ]
    )
    assert shop.apply("--accept", "creates=1").code == 0
    hours = '[{"days":["Mon","Tue","Wed","Thu","Fri"],"start":"09:00","end":"17:00"}]'
    assert sorted(shop.uploaded(), key=lambda uploaded: uploaded["Site ID"]) == [
        {"Site ID": "site-000", "Site Name": "Store 0", "Currency": "EUR"},
        {"Site ID": "site-001", "Site Name": "Store 1", "Timezone": "Europe/Paris"},
        {"Site ID": "site-002", "Site Name": "Store 2", "Escalation Path": ""},
        {"Site ID": "site-004", "Site Name": "Store 4", "Site Groups": "b,a", "Operational Hours": hours},
    ]


def test_an_apply_with_nothing_to_do_sends_nothing_and_records(new_shop: NewShop) -> None:
    """State records the fields that were found right, and those that were made right."""
    shop = new_shop([row(0, Timezone="UTC")])
    shop.sites([site(0, timezone="UTC")])
    done, receipt = shop.receipt()
    assert (done.code, receipt["rows"], shop.uploads()) == (0, [], [])
    assert set(shop.last_applied()["site-000"]) == {"name", "timezone"}
    assert shop.state()["history"][0]["outcome"] == "complete"


def test_only_sends_the_chosen_sites_and_records_what_else_is_right(new_shop: NewShop) -> None:
    shop = new_shop([row(n, Timezone="UTC") for n in range(3)])
    shop.sites([site(0, timezone="Asia/Tokyo"), site(1, timezone="Asia/Tokyo"), site(2, timezone="UTC")])
    assert shop.apply("--only", "site-001").code == 0
    assert [uploaded["Site ID"] for uploaded in shop.uploaded()] == ["site-001"]
    known = {id: set(last_applied) for id, last_applied in shop.last_applied().items()}
    assert known == {"site-000": {"name"}, "site-001": {"name", "timezone"}, "site-002": {"name", "timezone"}}


class TestApproval:
    def test_without_a_terminal_nothing_is_sent_unless_approved(self, shop: Shop) -> None:
        shop.sites([site(0)])
        done = shop.run("apply")
        assert done.code == 1
        assert "+ site-000" in done.out
        assert "--auto-approve" in done.err
        assert shop.uploads() == []

    def test_a_saved_plan_is_its_own_approval(self, shop: Shop) -> None:
        shop.sites([site(0)])
        file = str(shop.root / "plan.json")
        assert shop.run("plan", "--out", file).code == 0
        assert shop.run("apply", file).code == 0
        assert set(shop.box.rows()) == {"site-000"}

    @pytest.mark.parametrize(("answer", "code", "sites"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0)])
    def test_on_a_terminal_it_asks(self, shop: Shop, answer: str, code: int, sites: int) -> None:
        shop.sites([site(0)])
        session = at_terminal(shop.root, "apply", answers=[answer], environment=shop.environment)
        assert session.code == code
        assert "Send this change to production? New sites can't be taken back." in session.shown
        assert len(shop.box.rows()) == sites

    def test_the_end_of_input_is_no_answer(self, shop: Shop) -> None:
        shop.sites([site(0)])
        session = at_terminal(shop.root, "apply", answers=[CTRL_D], environment=shop.environment)
        assert (session.code, "you said no" in session.shown, shop.uploads()) == (1, True, [])

    def test_a_saved_plan_that_is_refused_at_once_still_has_a_receipt(self, shop: Shop) -> None:
        """For another target, say; and one that is locked out."""
        shop.sites([site(0)])
        file, receipt = str(shop.root / "plan.json"), shop.root / "receipt.json"
        assert shop.run("plan", "--out", file).code == 0
        target = {"customer_id": 999, "base_url": shop.box.base_url}
        shop.configure(targets={"production": target})
        assert shop.run("apply", file, "--receipt", str(receipt)).code == 4
        assert json.loads(receipt.read_text())["summary"]["not_sent"] == 1

    def test_a_declined_plan_still_has_a_receipt(self, shop: Shop) -> None:
        shop.sites([site(0)])
        file = shop.root / "receipt.json"
        assert shop.run("apply", "--receipt", str(file)).code == 1
        assert json.loads(file.read_text())["summary"]["not_sent"] == 1


class TestGuards:
    def test_a_mistake_in_defaults_is_refused_before_a_byte_is_sent(self, new_shop: NewShop) -> None:
        """A default that would change 40 % of the sites stops at the limit: 5, the whole plan, the exact words."""
        shop = new_shop([row(n, Currency="USD") for n in range(50)])
        shop.configure(limits={"max_updates": "30%"}, defaults=[{"match": "sites/b/**", "set": {"currency": "EUR"}}])
        write(shop, "sites/a/all.yaml", [site(n, currency="USD") for n in range(30)])
        write(shop, "sites/b/all.yaml", [site(n) for n in range(30, 50)])
        done = shop.apply()
        assert done.code == 5
        assert shop.uploads() == []
        assert "--accept updates=20" in done.err
        assert "30% of 50 live sites" in done.err
        assert all(f"site-{n:03}" in done.out for n in range(30, 50))
        assert shop.apply("--accept", "updates=19").code == 5
        accepted, receipt = shop.receipt("--accept", "updates=20")
        assert accepted.code == 0
        assert receipt["accepted"] == ["updates=20"]

    def test_an_empty_export_is_refused_once_sites_are_known(self, new_shop: NewShop) -> None:
        shop = new_shop()
        shop.sites([site(n) for n in range(4)])
        assert shop.apply().code == 0, "a first apply to an empty organisation is no shrunken export"
        for n in range(4):
            shop.box.remove(f"site-{n:03}")
        done = shop.apply()
        assert done.code == 5
        assert "--accept live=0" in done.err

    def test_a_renamed_id_is_refused(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0, **{"Address Street": "1 Main St"})])
        shop.sites([{"id": "harbour", "name": "Store 0", "address": {"street": "1 Main St"}}])
        assert shop.apply().code == 5
        assert shop.apply("--accept", "create=harbour").code == 0


def write(shop: Shop, name: str, sites: list[dict[str, Any]]) -> None:
    path = shop.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"sites": sites}))


class TestSavedPlans:
    @pytest.fixture
    def saved(self, new_shop: NewShop) -> Shop:
        shop = new_shop([row(n, Timezone="UTC", Currency="USD") for n in range(3)])
        contact = {"site": "site-000", "name": "Ada", "email": "ada@example.com"}
        shop.sites([site(n, timezone="Asia/Tokyo") for n in range(3)], [contact])
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
        return shop

    def run(self, shop: Shop) -> tuple[int, str]:
        done = shop.run("apply", str(shop.root / "plan.json"))
        return done.code, done.err

    def test_a_plan_is_applied_once(self, saved: Shop) -> None:
        assert self.run(saved)[0] == 0
        assert not saved.plan()["changes"]
        code, said = self.run(saved)
        assert code == 4
        assert "applied already" in said

    def test_state_learns_the_sites_that_a_saved_plan_leaves_alone(self, new_shop: NewShop) -> None:
        shop = new_shop([row(n, Timezone="UTC") for n in range(2)])
        shop.sites([site(0, timezone="UTC"), site(1, timezone="Asia/Tokyo")])
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
        assert self.run(shop)[0] == 0
        assert set(shop.last_applied()["site-000"]) == {"name", "timezone"}

    @pytest.mark.parametrize(("live", "files", "by"), [(1, 0, "live"), (0, 1, "the file"), (1, 1, "both the file and")])
    def test_a_site_that_moved_makes_it_stale_and_it_says_by_whom(
        self, saved: Shop, live: int, files: int, by: str
    ) -> None:
        if live:
            saved.box.edit("site-001", "Currency", "EUR")
        if files:
            saved.sites([site(n, timezone="Asia/Seoul" if n == 1 else "Asia/Tokyo") for n in range(3)])
        code, said = self.run(saved)
        assert code == 4
        assert f"site-001: {by}" in said
        assert saved.uploads() == []

    def test_a_stale_plan_says_what_moved_and_is_not_shown_again(self, saved: Shop) -> None:
        """The field, what the plan saw, and what live or the files have now; the whole plan was looked at before."""
        saved.box.edit("site-001", "Timezone", "Asia/Seoul")
        saved.sites([site(n, timezone="Asia/Dili" if n == 2 else "Asia/Tokyo") for n in range(3)])
        done = saved.run("apply", str(saved.root / "plan.json"), "--auto-approve")
        assert done.code == 4
        assert 'timezone: the plan saw "UTC", live has "Asia/Seoul"' in done.err
        assert 'timezone: the plan sends "Asia/Tokyo", the files say "Asia/Dili"' in done.err
        assert "→" not in done.out
        assert len(done.out.splitlines()) == 1

    def test_an_edit_of_an_untouched_site_does_not_matter(self, new_shop: NewShop) -> None:
        shop = new_shop([row(n, Timezone="UTC") for n in range(2)])
        shop.sites([site(0, timezone="Asia/Tokyo")])
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
        shop.box.edit("site-001", "Currency", "EUR")
        assert self.run(shop)[0] == 0

    def test_a_create_that_exists_meanwhile_is_stale(self, shop: Shop) -> None:
        shop.sites([site(0)])
        assert shop.run("plan", "--out", str(shop.root / "plan.json")).code == 0
        shop.box.put(row(0))
        code, said = self.run(shop)
        assert code == 4
        assert "live already shows what this plan would send" in said

    def test_a_plan_for_another_target_is_refused(self, saved: Shop) -> None:
        target = {"customer_id": 7, "base_url": saved.box.base_url, "auth_url": saved.box.base_url}
        saved.configure(targets={"production": target})
        code, said = self.run(saved)
        assert code == 4
        assert "customer 123" in said

    def test_a_contact_that_another_apply_sent_meanwhile_is_stale(self, saved: Shop) -> None:
        assert saved.apply("--only", "site-000").code == 0
        saved.box.put(row(0, Timezone="UTC", Currency="USD"))
        code, said = self.run(saved)
        assert code == 4
        assert "contact site-000/a***@example.com: another apply moved" in said


ADA = {"site": "site-000", "name": "Ada", "email": "ada@example.com", "phone": "+1 415 555 0100"}


class TestContacts:
    def test_are_sent_once_and_then_only_what_changes(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA])
        assert shop.apply().code == 0
        shop.sites([site(0)], [{**ADA, "phone": "+1 415 555 0199"}])
        shop.box.forget_requests()
        assert shop.apply().code == 0
        [upload] = shop.uploads()
        assert parsed(upload.site_contacts or b"") == [
            {"Site ID": "site-000", "Contact Email": "ada@example.com", "Contact Phone": "+1 415 555 0199"}
        ]
        assert not shop.plan()["changes"]

    def test_lost_state_costs_a_second_sending_and_no_more(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA])
        assert shop.apply().code == 0
        (shop.root / ".dfsync/state/production.json").unlink()
        assert "can't be read back" in shop.run("plan").out
        assert shop.apply().code == 0
        assert len(shop.box.contacts()) == 1

    def test_one_that_left_the_files_is_told_as_left_behind(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA])
        assert shop.apply().code == 0
        shop.sites([site(0)])
        assert [left["site"] for left in shop.plan()["left_behind"]] == ["site-000"]

    def test_one_whose_answer_was_lost_is_unverified_and_sent_again_by_the_next_apply(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA])
        shop.box.faults.add(Fault("drop", path="*/import", after=True))
        done, receipt = shop.receipt()
        assert done.code == 3
        assert receipt["summary"]["unverified"] == 1
        assert shop.apply().code == 0
        assert len(shop.uploads()) == 2

    def test_one_that_is_refused_is_not_remembered(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA, {**ADA, "email": "no address"}])
        done, receipt = shop.receipt()
        assert done.code == 3
        rejected = [entry for entry in receipt["rows"] if entry["outcome"] == "rejected"]
        assert [(entry["id"], entry["field"]) for entry in rejected] == [("site-000/n***", "email")]
        assert len(shop.state()["contacts"]) == 1

    @pytest.mark.parametrize("bad_rows", ["report", "refuse_400"])
    def test_one_whose_site_was_refused_is_not_sent(self, new_shop: NewShop, bad_rows: Any) -> None:
        """It would be refused, or taken for a site that is not there; once the site is right, it goes."""
        shop = new_shop([row(0)], settings=SandboxSettings(bad_rows=bad_rows))
        shop.configure(rules=UNCHECKED)
        contacts = [ADA, {**ADA, "site": "site-001"}]
        shop.sites([site(0), site(1, timezone="Mars/Olympus")], contacts)
        done, receipt = shop.receipt()
        assert done.code == 3
        assert {(entry["kind"], entry["id"][:8]): entry["outcome"] for entry in receipt["rows"]} == {
            ("site", "site-001"): "rejected",
            ("contact", "site-000"): "applied",
            ("contact", "site-001"): "not_sent",
        }
        assert "the API refused to create its site" in next(
            entry["message"] for entry in receipt["rows"] if entry["outcome"] == "not_sent"
        )
        shop.sites([site(0), site(1, timezone="Europe/Paris")], contacts)
        assert shop.apply().code == 0
        assert "Nothing to send" in shop.run("plan").out

    def test_no_address_is_left_anywhere(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0)], [ADA, {**ADA, "email": "not an address at all"}])
        done, _ = shop.receipt()
        kept = "".join(
            file.read_text(errors="replace") for file in (shop.root / ".dfsync").rglob("*") if file.is_file()
        )
        said = kept + done.out + done.err + (shop.root / "receipt.json").read_text()
        for secret in ("ada@example.com", "Ada", "555 0100", "not an address at all", shop.environment["DFSYNC_TOKEN"]):
            assert secret not in said


class TestVerification:
    def test_a_row_that_the_server_takes_and_ignores_is_unverified(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0, Currency="USD")], settings=SandboxSettings(blank_cells="keep"))
        shop.sites([site(0, currency=None)])
        done, receipt = shop.receipt()
        assert done.code == 3
        [entry] = receipt["rows"]
        assert (entry["outcome"], entry["field"]) == ("unverified", "currency")

    def test_a_harmless_spelling_of_the_server_is_shown_remembered_and_never_a_change_again(
        self, new_shop: NewShop
    ) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0, escalation_path="Ops  Team")])
        edit = Fault(
            "call", path="*/import", after=True, call=lambda: shop.box.edit("site-000", "Escalation Path", "OPS TEAM")
        )
        shop.box.faults.add(edit)
        done, receipt = shop.receipt()
        assert done.code == 0
        assert "letter case changed" in receipt["rows"][0]["message"]
        assert "letter case changed" in " ".join(done.out.split())
        plan = shop.plan()
        assert plan["changes"] == []
        assert [kept["id"] for kept in plan["normalised"]] == ["site-000"]
        assert shop.apply().code == 0
        assert not shop.plan()["changes"], "and it is still known after the next apply"
        shop.box.edit("site-000", "Escalation Path", "Night desk")
        assert shop.plan()["changes"][0]["fields"][0]["cause"] == "drift"

    def test_a_value_that_was_cut_is_told_and_stays_a_difference(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0, escalation_path="Operations")])
        edit = Fault(
            "call", path="*/import", after=True, call=lambda: shop.box.edit("site-000", "Escalation Path", "Oper")
        )
        shop.box.faults.add(edit)
        done, receipt = shop.receipt()
        assert done.code == 3
        assert "cut to 4 characters" in receipt["rows"][0]["message"]
        assert shop.plan()["changes"]

    def test_no_verify_reads_nothing_back_and_ends_well(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0, currency="USD")])
        done, receipt = shop.receipt("--no-verify")
        assert (done.code, receipt["summary"]["unverified"]) == (0, 1)
        assert shop.box.requests[-1].path.endswith("/import")
        assert "currency" not in shop.last_applied()["site-000"]

    def test_no_verify_ends_with_3_when_a_row_was_refused(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.configure(rules=UNCHECKED)
        shop.sites([site(0, currency="USD"), site(1, timezone="Mars/Olympus")])
        assert shop.apply("--no-verify").code == 3


class TestBadRows:
    @pytest.mark.parametrize("bad_rows", ["report", "refuse_400", "refuse_422"])
    def test_the_good_rows_arrive_and_the_bad_ones_are_named(self, new_shop: NewShop, bad_rows: Any) -> None:
        """1,000 changes with 7 bad rows: 993 arrive; each bad one is told with file, line and field."""
        shop = new_shop(settings=SandboxSettings(bad_rows=bad_rows))
        shop.configure(api={"batch_rows": 100}, rules=UNCHECKED)
        bad = {3, 77, 150, 151, 499, 500, 998}
        shop.sites([site(n, timezone="Mars/Olympus" if n in bad else "Europe/Paris") for n in range(1000)])
        done, receipt = shop.receipt()
        assert done.code == 3
        assert len(shop.box.rows()) == 993
        rejected = {entry["id"]: entry for entry in receipt["rows"] if entry["outcome"] == "rejected"}
        assert set(rejected) == {f"site-{n:03}" for n in bad}
        assert receipt["summary"]["applied"] == 993
        if bad_rows == "report":
            lines = (shop.root / "sites/all.yaml").read_text().splitlines()
            for id, entry in rejected.items():
                assert entry["field"] == "timezone"
                assert "timezone" in lines[entry["source"]["line"] - 1], id


class TestInterrupts:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_the_first_signal_finishes_the_upload_verifies_and_exits_130(
        self, new_shop: NewShop, number: signal.Signals
    ) -> None:
        shop = new_shop()
        shop.configure(api={"batch_rows": 1})
        shop.sites([site(n) for n in range(5)])
        file = shop.root / "receipt.json"
        code, said = shop.struck(number, 2, "--auto-approve", "--receipt", str(file), after=False)
        assert code == 130, said
        receipt = json.loads(file.read_text())
        assert receipt["interrupted"] is True
        assert receipt["summary"] == {"applied": 2, "rejected": 0, "unverified": 0, "not_sent": 3}
        assert len(shop.state()["sites"]) == 2
        assert shop.apply().code == 0
        assert [uploaded["Site ID"] for uploaded in shop.uploaded()] == [f"site-{n:03}" for n in range(5)]

    def test_the_second_signal_stops_at_once(self, new_shop: NewShop) -> None:
        """Though the upload that is under way was not answered."""
        shop = new_shop()
        shop.configure(api={"batch_rows": 1})
        shop.sites([site(n) for n in range(3)])
        file = shop.root / "receipt.json"
        started: Queue[subprocess.Popen[str]] = Queue()
        codes: list[int] = []

        def twice() -> None:
            process = started.get()
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert any("once more stops at once" in line for line in process.stderr)
            process.send_signal(signal.SIGINT)
            codes.append(process.wait(PATIENCE_S))

        shop.box.faults.add(Fault("call", path="*/import", nth=2, call=twice))
        process = shop.spawn("apply", "--auto-approve", "--receipt", str(file))
        started.put(process)
        process.wait(PATIENCE_S)
        wait_until(lambda: codes)
        process.communicate()
        assert codes == [130]
        assert json.loads(file.read_text())["interrupted"] is True
        assert shop.apply().code == 0
        assert len(shop.box.rows()) == 3


def test_two_applies_at_once_one_works_the_other_sends_nothing(new_shop: NewShop) -> None:
    """One ends with 0, the other with 4 and the holder's name, and state is whole; or both, one after the other."""
    shop = new_shop([row(0)], settings=SandboxSettings(latency_ms=60))
    for number in range(5):
        shop.sites([site(0, escalation_path=f"Desk {number}")])
        shop.box.forget_requests()
        first, second = (shop.spawn("apply", "--auto-approve") for _ in range(2))
        said = first.communicate(timeout=PATIENCE_S)[1] + second.communicate(timeout=PATIENCE_S)[1]
        assert sorted([first.returncode, second.returncode]) in ([0, 4], [0, 0]), said
        if 4 in (first.returncode, second.returncode):
            assert "locked by" in said
        assert len(shop.uploads()) == 1
        assert not shop.plan()["changes"]


def test_a_reader_that_goes_away_keeps_no_row_from_being_sent(new_shop: NewShop) -> None:
    """`dfsync apply --auto-approve | head -1` in a script."""
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="EUR")])
    with shop.spawn("apply", "--auto-approve") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 0
    assert shop.box.rows()["site-000"]["Currency"] == "EUR"
    assert shop.last_applied()["site-000"]


def test_the_receipt_follows_its_schema(new_shop: NewShop) -> None:
    shop = new_shop([row(0)])
    shop.sites([site(0, currency="USD"), site(1)], [ADA])
    done, receipt = shop.receipt()
    assert done.code == 0
    jsonschema.validate(receipt, schema("receipt"))


class TestDrift:
    def test_judges_no_file_anew_that_did_not_change(self, new_shop: NewShop, monkeypatch: pytest.MonkeyPatch) -> None:
        """It sends nothing, so it may believe the cache, as plan does; apply itself never does."""
        shop = new_shop([row(0, Timezone="UTC")])
        shop.sites([site(0, timezone="UTC")])
        assert shop.apply().code == 0
        judged: list[int] = []
        original = file_results.check_files

        def counted(tree: Any, config: Any, kept_under: Any, kinds: Any, count: Any, **options: Any) -> Any:
            judged.append(len(kinds))
            return original(tree, config, kept_under, kinds, count, **options)

        monkeypatch.setattr(file_results, "check_files", counted)
        counts = []
        for command in (("drift",), ("drift",), ("plan",), ("drift", "--no-cache"), ("apply", "--auto-approve")):
            judged.clear()
            assert shop.run(*command).code == 0
            counts.append(sum(judged))
        assert counts == [2, 0, 0, 2, 2]

    def test_cannot_be_told_before_the_first_apply(self, shop: Shop) -> None:
        shop.sites([site(0)])
        assert shop.run("drift").code == 1

    @pytest.mark.parametrize("on_drift", ["revert", "keep", "fail"])
    def test_is_shown_and_then_reverted_kept_or_refused(self, new_shop: NewShop, on_drift: str) -> None:
        shop = new_shop([row(0, Timezone="UTC")])
        shop.configure(on_drift=on_drift)
        shop.sites([site(0, timezone="UTC")])
        assert shop.apply().code == 0
        assert shop.run("drift").code == 0
        shop.box.edit("site-000", "Timezone", "Asia/Tokyo")
        done = shop.run("drift", "--format", "json")
        assert done.code == 2
        [change] = json.loads(done.out)["changes"]
        assert [(field["field"], field["cause"]) for field in change["fields"]] == [("timezone", "drift")]
        expected = {"revert": (0, "UTC"), "keep": (0, "Asia/Tokyo"), "fail": (5, "Asia/Tokyo")}[on_drift]
        assert (shop.apply().code, shop.box.rows()["site-000"]["Timezone"]) == expected
        assert shop.run("drift").code == (0 if on_drift == "revert" else 2)

    @pytest.mark.parametrize("on_drift", ["revert", "keep", "fail"])
    def test_a_site_that_was_taken_away_is_drift_and_made_anew_left_or_refused(
        self, new_shop: NewShop, on_drift: str
    ) -> None:
        """Kept, it stays away over any number of applies, until its files change."""
        shop = new_shop([row(0), row(1), row(2)])
        shop.configure(on_drift=on_drift)
        shop.sites([site(n) for n in range(3)])
        assert shop.apply().code == 0
        shop.box.remove("site-000")
        done = shop.run("drift")
        assert done.code == 2
        assert "+ site-000" in done.out
        assert "[was live at the last apply]" in done.out
        expected = {"revert": (0, True), "keep": (0, False), "fail": (5, False)}[on_drift]
        for _ in range(2):
            assert (shop.apply().code, "site-000" in shop.box.rows()) == expected
        assert shop.run("drift").code == (0 if on_drift == "revert" else 2)
        shop.sites([site(0) | {"name": "Another"}, site(1), site(2)])
        if on_drift == "keep":
            shop.apply()
            assert "site-000" in shop.box.rows()

    def test_is_still_seen_after_an_apply_of_which_a_part_was_refused(self, new_shop: NewShop) -> None:
        """Refused fields keep their last applied values, and drift of the others is reported field by field."""
        shop = new_shop([row(0, Timezone="UTC", Currency="USD"), row(1, Timezone="UTC")])
        shop.configure(rules=UNCHECKED)
        shop.sites([site(0, timezone="UTC", currency="USD"), site(1, timezone="UTC")])
        assert shop.apply().code == 0
        before = shop.last_applied()
        shop.sites([site(0, timezone="Mars/Olympus", currency="EUR"), site(1, timezone="Asia/Tokyo")])
        assert shop.apply().code == 3
        after = shop.last_applied()
        assert after["site-000"]["timezone"] == before["site-000"]["timezone"]
        assert after["site-001"]["timezone"] != before["site-001"]["timezone"]
        shop.box.edit("site-000", "Currency", "GBP")
        shop.box.edit("site-001", "Timezone", "UTC")
        [first, second] = json.loads(shop.run("drift", "--format", "json").out)["changes"]
        assert [(field["field"], field["cause"]) for field in first["fields"]] == [("currency", "both")]
        assert [(field["field"], field["cause"]) for field in second["fields"]] == [("timezone", "drift")]

    def test_is_known_across_an_update_of_dfsync(self, new_shop: NewShop) -> None:
        """A state of version 1 tells change, drift and both, and the next apply writes it anew."""
        columns = {"Timezone": "UTC", "Currency": "USD", "Escalation Path": "Ops"}
        fields = {"timezone": "UTC", "currency": "USD", "escalation_path": "Ops"}
        shop = new_shop([row(0, **columns), row(1)])
        shop.sites([site(0, **fields), site(1)])
        assert shop.apply().code == 0
        now = shop.state()
        key = bytes.fromhex(now["key"])
        values = {"name": "Store 0", **fields}
        long = {name: keyed(f'{name}\0"{value}"', key) for name, value in values.items()}
        first = {name: part for name, part in now.items() if name not in ("fields", "normalised")}
        first |= {"format_version": 1, "sites": {"site-000": {"fields": long}}}
        (shop.root / ".dfsync/state/production.json").write_text(json.dumps(first))
        shop.box.edit("site-000", "Currency", "GBP")
        shop.box.edit("site-000", "Escalation Path", "Nobody")
        shop.sites([site(0, timezone="Asia/Tokyo", currency="EUR", escalation_path="Ops"), site(1)])
        [change] = shop.plan()["changes"]
        causes = {field["field"]: field["cause"] for field in change["fields"]}
        assert causes == {"timezone": "change", "currency": "both", "escalation_path": "drift"}
        assert shop.apply().code == 0
        assert shop.state()["format_version"] == 2
        assert shop.plan()["changes"] == []

    def test_a_change_in_the_files_is_no_drift(self, new_shop: NewShop) -> None:
        shop = new_shop([row(0)])
        shop.sites([site(0, timezone="UTC")])
        assert shop.apply().code == 0
        shop.sites([site(0, timezone="Asia/Tokyo")])
        assert shop.run("drift").code == 0


def test_a_receipt_that_can_not_be_written_is_told_before_anything_is_sent(new_shop: NewShop) -> None:
    shop = new_shop()
    shop.sites([site(0)])
    assert shop.apply("--receipt", str(shop.root)).code == 1
    assert shop.apply("--receipt", str(shop.root / "dfsync.yaml" / "receipt.json")).code == 1
    assert shop.uploads() == []


def test_log_tells_what_was_applied_the_last_first(new_shop: NewShop) -> None:
    shop = new_shop()
    shop.sites([site(0)])
    assert shop.run("log").out == ""
    assert shop.apply().code == 0
    assert shop.apply().code == 0
    first, second = shop.run("log").out.splitlines()
    assert "nothing to send" in first
    assert "1 create: 1 applied" in second


def test_calendar_lists_the_exceptions_to_come(new_shop: NewShop) -> None:
    shop = new_shop()
    exceptions = [
        {"date": "2020-12-25", "closed": True},
        {"date": "2099-12-24", "hours": "09:00-14:00", "note": "Christmas Eve"},
    ]
    shop.sites([site(n, operational_hours=WEEK, exceptions=exceptions) for n in range(7)])
    [line] = shop.run("calendar").out.splitlines()
    assert line.startswith("2099-12-24 Thu  09:00–14:00  Christmas Eve  (in the week from 2099-12-18)  site-000")
    assert line.endswith("and 2 more")


def test_fields_that_leave_management_are_told_until_the_next_apply(new_shop: NewShop) -> None:
    """A folder was renamed, and a default matches nothing any more: nothing is sent, and yet something changed."""
    shop = new_shop()
    shop.configure(defaults=[{"match": "sites/**", "set": {"timezone": "Europe/Paris", "currency": "EUR"}}])
    shop.sites([site(0), site(1)])
    assert shop.apply().code == 0
    shop.configure(defaults=[{"match": "stores/**", "set": {"timezone": "Europe/Paris", "currency": "EUR"}}])
    plan = shop.plan()
    assert plan["changes"] == []
    expected = [{"fields": ["timezone", "currency"], "sites": ["site-000", "site-001"]}]
    assert plan["no_longer_managed"] == expected
    done = shop.apply()
    assert done.code == 0
    assert "2 sites: time zone, currency no longer managed" in done.out
    assert "no_longer_managed" not in shop.plan()
