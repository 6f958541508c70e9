package cfw

import (
	"fmt"
	"net/netip"
	"strings"
)

// Status is the vendor's status number of a capture task.
type Status int

// The statuses. The vendor documents 1, 2, 4 and 5; 0 shows after a failure.
const (
	// StatusNotTold is the status of a record without one.
	StatusNotTold   Status = -1
	StatusFailed    Status = 0
	StatusCompleted Status = 1
	StatusRunning   Status = 2
	StatusStopped   Status = 4
	StatusStopping  Status = 5
)

var statusWords = map[Status]string{
	StatusFailed: "failed", StatusCompleted: "completed", StatusRunning: "running", StatusStopped: "stopped",
	StatusStopping: "stopping", StatusNotTold: "unknown",
}

// String returns the status in a word; a number without a known meaning n is
// "unknown(n)".
func (s Status) String() string { return word(s, statusWords) }

// word returns the word for a number of the service.
func word[N ~int | ~int64](number N, words map[N]string) string {
	if known, ok := words[number]; ok {
		return known
	}
	return fmt.Sprintf("unknown(%d)", number)
}

// Active reports whether the task still occupies its firewall: it runs, or
// is being stopped.
func (s Status) Active() bool { return s == StatusRunning || s == StatusStopping }

// Ended reports whether the task has ended for certain. An unknown status is
// neither active nor ended.
func (s Status) Ended() bool {
	return s == StatusFailed || s == StatusCompleted || s == StatusStopped
}

// Protocol is the vendor's protocol number.
type Protocol int

// The protocols that a capture can filter.
const (
	ProtocolTCP    Protocol = 6
	ProtocolUDP    Protocol = 17
	ProtocolICMP   Protocol = 1
	ProtocolICMPv6 Protocol = 58
	ProtocolAny    Protocol = -1
)

// Protocols returns all protocols in the order of the documentation.
func Protocols() []Protocol {
	return []Protocol{ProtocolTCP, ProtocolUDP, ProtocolICMP, ProtocolICMPv6, ProtocolAny}
}

// String returns "tcp", "udp", "icmp", "icmpv6" or "any"; for another number
// n it is "unknown(n)".
func (p Protocol) String() string { return word(p, protocolWords) }

var protocolWords = map[Protocol]string{
	ProtocolTCP: "tcp", ProtocolUDP: "udp", ProtocolICMP: "icmp", ProtocolICMPv6: "icmpv6", ProtocolAny: "any",
}

// HasPorts reports whether the protocol has ports to filter by.
func (p Protocol) HasPorts() bool { return p == ProtocolTCP || p == ProtocolUDP || p == ProtocolAny }

// ParseProtocol is the inverse of Protocol.String for the known protocols, in
// upper or lower case.
func ParseProtocol(word string) (Protocol, error) {
	for _, protocol := range Protocols() {
		if strings.EqualFold(protocol.String(), word) {
			return protocol, nil
		}
	}
	return 0, fmt.Errorf("%q is not a protocol: expected tcp, udp, icmp, icmpv6 or any", word)
}

// AddressFamily is the vendor's address_type.
type AddressFamily int

// The address families.
const (
	IPv4 AddressFamily = 0
	IPv6 AddressFamily = 1
)

// String returns "ipv4" or "ipv6"; for another number n it is "unknown(n)".
func (f AddressFamily) String() string {
	return word(f, map[AddressFamily]string{IPv4: "ipv4", IPv6: "ipv6"})
}

// FamilyOf returns the family of an IP address or CIDR block. Whether the
// service takes CIDR blocks is not documented, so they pass.
func FamilyOf(address string) (AddressFamily, error) {
	prefix, ok := parseAddress(address)
	switch {
	case !ok:
		return 0, fmt.Errorf("%q is neither an IP address nor a CIDR block", address)
	case prefix.Addr().Is4():
		return IPv4, nil
	}
	return IPv6, nil
}

func parseAddress(text string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(text); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix, err == nil
}

// firewallStatuses are the words for FirewallDetail.Status, from the vendor's
// definition of ListFirewallDetail.
var firewallStatuses = map[int64]string{
	-1: "waiting_for_payment", 0: "creating", 1: "deleting", FirewallRunning: "running", 3: "upgrading",
	4: "deleted", 5: "freezing", 6: "creation_failed", 7: "deletion_failed", 8: "freezing_failed",
	9: "storing", 10: "storing_failed", 11: "upgrade_failed",
}

// StatusWord returns the status in words; for a number n without a known
// meaning it is "unknown(n)".
func (d FirewallDetail) StatusWord() string { return word(d.Status, firewallStatuses) }
