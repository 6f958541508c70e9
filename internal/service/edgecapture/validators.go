package edgecapture

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// The limits of a firewall's capture.
//
// Source: https://learn.microsoft.com/azure/firewall/packet-capture
const (
	minPackets, maxPackets, defaultPackets                                  = 100, 90000, 1000
	minTimeLimitInSeconds, maxTimeLimitInSeconds, defaultTimeLimitInSeconds = 30, 1800, 60
	maxAddresses                                                            = 5
)

const maxPort = 65535

// maxDurationInSeconds is a year. Azure documents no limit; beyond some 292 years
// a duration cannot be counted.
const maxDurationInSeconds = 366 * 24 * 60 * 60

func firewallIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Firewall ID is not valid", Text: "must be the ARM ID of an Azure Firewall",
		Check: func(value string) error { _, err := edgecapture.ParseFirewallID(value); return err },
	}
}

func targetIDValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Target ID is not valid", Text: "must be the ARM ID of a VPN gateway or of a connection",
		Check: func(value string) error { _, err := edgecapture.ParseVPNTarget(value); return err },
	}
}

// maxBlobName is in characters, which bytes are not fewer than.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
const maxBlobName = 1024

func fileNameValidator() validator.String {
	return tfkit.StringCheck{
		Title: "File name is not valid", Text: "must be the name of a blob without a folder",
		Check: func(value string) error {
			if len(value) > maxBlobName {
				return fmt.Errorf("it has %d bytes, and the name of a blob has at most %d", len(value), maxBlobName)
			}
			if value == "" || value == "." || value == ".." || strings.TrimSpace(value) != value || strings.ContainsFunc(value, func(r rune) bool {
				return unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|#%`, r)
			}) {
				return fmt.Errorf("%q is no file name: the files lie in the root of the container, so it has no folder, and none of the characters \\ : * ? \" < > | # %%", value)
			}
			return nil
		},
	}
}

// addresses are validators of a firewall filter's list of addresses.
func addresses(destination bool) []validator.List {
	check := tfkit.StringCheck{
		Title: "Address is not valid", Text: "must be an IP address or a subnet",
		Check: func(value string) error { return checkAddress(value, destination) },
	}
	return []validator.List{listvalidator.SizeBetween(1, maxAddresses), listvalidator.ValueStringsAre(check)}
}

func checkAddress(value string, destination bool) error {
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		address, addressErr := netip.ParseAddr(value)
		switch {
		case addressErr == nil && address.Zone() == "":
			return nil
		case strings.Contains(value, "-"):
			return fmt.Errorf("%q is a range, which a firewall's capture does not take: use a subnet such as 10.0.0.0/28, or single addresses", value)
		}
		return fmt.Errorf("%q is neither an IP address such as 10.0.0.4 nor a subnet such as 10.0.0.0/24; names are not taken", value)
	}
	if destination && prefix.Bits() == 0 {
		return fmt.Errorf("%q as a destination leads to a capture without packets: name the subnets or addresses that matter", value)
	}
	return checkHostBits(value, prefix)
}

func checkHostBits(value string, prefix netip.Prefix) error {
	if prefix != prefix.Masked() {
		return fmt.Errorf("%q is an address within a subnet: the subnet is %s, the address alone %s", value, prefix.Masked(), prefix.Addr())
	}
	return nil
}

func ports() []validator.List {
	return []validator.List{
		listvalidator.SizeAtLeast(1), listvalidator.ValueInt64sAre(int64validator.Between(1, maxPort)),
	}
}

func durations() []validator.Int64 {
	return []validator.Int64{int64validator.Between(1, maxDurationInSeconds)}
}

func protocols() []validator.List {
	const maxProtocol = 255
	return []validator.List{
		listvalidator.SizeAtLeast(1), listvalidator.ValueInt64sAre(int64validator.Between(0, maxProtocol)),
	}
}

func subnets() []validator.List {
	check := tfkit.StringCheck{
		Title: "Subnet is not valid", Text: "must be an IPv4 subnet",
		Check: func(value string) error {
			prefix, err := netip.ParsePrefix(value)
			if err != nil || !prefix.Addr().Is4() {
				return fmt.Errorf("%q is no IPv4 subnet such as 10.1.0.0/16; a single address is 10.1.0.4/32", value)
			}
			return checkHostBits(value, prefix)
		},
	}
	return []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(check)}
}

func someOf(words ...string) []validator.Set {
	return []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(words...))}
}

var errFlags = errors.New("flags are those of TCP, so no packet of this protocol has them: remove flags, or set protocol to TCP")

// checkFlags refuses TCP's flags beside another protocol.
func checkFlags(protocol string, given bool) error {
	if given && (protocol == "UDP" || protocol == "ICMP") {
		return errFlags
	}
	return nil
}
