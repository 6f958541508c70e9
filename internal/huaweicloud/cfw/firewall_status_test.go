package cfw

import "testing"

func TestFirewallStatusWords(t *testing.T) {
	t.Parallel()
	for status, want := range map[int64]string{-1: "waiting_for_payment", 2: "running", 11: "upgrade_failed", 12: "unknown(12)"} {
		if got := (FirewallDetail{Status: status}).StatusWord(); got != want {
			t.Errorf("%d is %q, want %q", status, got, want)
		}
	}
}
