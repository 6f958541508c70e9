package pcapfilter_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// FuzzParse: nothing panics, every error says where, and what is printed reads
// as the same tree.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "tcp port 80 or 443", "not (tcp or !udp)", "src and dst net 10.0.0.0 mask 255.0.0.0", `ip proto \tcp and vlan 5 && less 0x40`,
		"host fd00::1 or net fd00::/64", "portrange 5-5", "tcp port (80 or (443 and not 5))", "ether host 1", "tcp[13] & 2 != 0", "port http or domain", "((((tcp))))", "\u00a0tcp",
		"ip and not net 10/8 and not port 22",
	} {
		f.Add(text)
	}
	packets := randomPackets(20)
	f.Fuzz(func(t *testing.T, text string) {
		expression, err := pcapfilter.Parse(text)
		if err != nil {
			expectError(t, err)
			return
		}
		printed := expression.String()
		if len(printed) > pcapfilter.MaxLength {
			return
		}
		again, err := pcapfilter.Parse(printed)
		if err != nil {
			t.Fatalf("%q prints as %q: %v", text, printed, err)
		}
		same := cmp.Options{cmpopts.IgnoreTypes(pcapfilter.Position{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })}
		if difference := cmp.Diff(expression, again, same); difference != "" || again.String() != printed {
			t.Fatalf("%q prints as %q, which is another tree: %s", text, printed, difference)
		}
		for i := range packets {
			if expression.Match(&packets[i].Packet) != again.Match(&packets[i].Packet) {
				t.Fatalf("%q and %q differ on %s", text, printed, describe(packets[i]))
			}
		}
		filters, err := expression.AzureFilters()
		if err != nil {
			expectError(t, err)
		} else if _, err := pcapfilter.FromAzureFilters(filters); err != nil {
			t.Fatalf("%q as %v has no way back: %v", text, filters, err)
		}
		if _, err := expression.HuaweiCloudFilter(); err != nil {
			expectError(t, err)
		}
	})
}

func expectError(t *testing.T, err error) {
	t.Helper()
	var fault *pcapfilter.Error
	if !errors.As(err, &fault) || fault.Column < 1 || fault.Reason == "" {
		t.Fatalf("%v says not where", err)
	}
}

// FuzzFilters: an expression made of any filter and its mirror image selects what
// the two select.
func FuzzFilters(f *testing.F) {
	f.Add("TCP", "10.0.0.0-10.0.0.255", "443", "", "")
	f.Add("Any", "10.0.0.4;fd00::1", "", "fd00::4", "1-80")
	f.Add("UDP", "", "0-65535", "::", "53;443")
	packets := randomPackets(100)
	f.Fuzz(func(t *testing.T, protocol, localAddress, localPort, remoteAddress, remotePort string) {
		filters := []pcapfilter.AzureFilter{
			{Protocol: protocol, LocalIPAddress: localAddress, LocalPort: localPort, RemoteIPAddress: remoteAddress, RemotePort: remotePort},
			{Protocol: protocol, LocalIPAddress: remoteAddress, LocalPort: remotePort, RemoteIPAddress: localAddress, RemotePort: localPort},
		}
		expression, err := pcapfilter.FromAzureFilters(filters)
		if err != nil || protocol != "TCP" && protocol != "UDP" && protocol != "Any" {
			return
		}
		for i, packet := range packets {
			if isOutside(packet) {
				continue
			}
			if selected := azureSelects(t, filters, packet, true); selected != expression.Match(&packets[i].Packet) {
				t.Fatalf("%v as %q: the service selects %t on %s", filters, expression, selected, describe(packet))
			}
		}
	})
}
