"""How much a finding matters."""

from review_service.domain.findings import Finding, Severity, worst


def test_the_worst_finding_counts() -> None:
    def of(severity: Severity) -> Finding:
        return Finding(check="c", code="c", severity=severity, message="m")

    assert worst([]) is None
    assert worst([of(Severity.NOTE)]) is Severity.NOTE
    assert worst([of(Severity.BAD), of(Severity.NOTE), of(Severity.DOUBT)]) is Severity.BAD
    assert worst([of(Severity.NOTE), of(Severity.DOUBT)]) is Severity.DOUBT


def test_severities_rise_from_a_note_to_an_alert() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2]
    assert max(Severity, key=lambda severity: severity.rank) is Severity.BAD
