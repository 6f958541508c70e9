package cfw

import "fmt"

// firewallStatuses are the words for FirewallDetail.Status, from the vendor's
// definition of ListFirewallDetail.
var firewallStatuses = map[int64]string{
	-1: "waiting_for_payment", 0: "creating", 1: "deleting", FirewallRunning: "running", 3: "upgrading",
	4: "deleted", 5: "freezing", 6: "creation_failed", 7: "deletion_failed", 8: "freezing_failed",
	9: "storing", 10: "storing_failed", 11: "upgrade_failed",
}

// StatusWord returns the status in words; for a number n without a known
// meaning it is "unknown(n)".
func (d FirewallDetail) StatusWord() string {
	if word, known := firewallStatuses[d.Status]; known {
		return word
	}
	return fmt.Sprintf("unknown(%d)", d.Status)
}
