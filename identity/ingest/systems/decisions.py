"""Decision files of operations teams: two columns, the old value and the new one."""

from __future__ import annotations

from identity.ingest.spec import DecisionTable

TABLES = (
    DecisionTable(
        name="merged_user",
        files=("merged_user", "merged_users", "merged_emails"),
        action="same",
        kind="email",
        left="old_email",
        right="new_email",
        at="decided_at|at",
        actor="actor",
        reason="reason",
    ),
    DecisionTable(
        name="merged_company_domain",
        files=("merged_company_domain", "merged_company_domains", "merged_domains"),
        action="same",
        kind="domain",
        left="old_domain",
        right="new_domain",
        at="decided_at|at",
        actor="actor",
        reason="reason",
        valid_from="valid_from",
    ),
)
