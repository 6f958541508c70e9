package pcapfilter_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// tally counts what a property has compared.
type tally struct{ expressions, translated, huaweiCloud, filters, judged, modelled, inverse, libpcap, mostFilters int }

// TestAgreement compares, on random expressions and packets, the evaluator, the
// translations under models of the services, the way back, and libpcap if tcpdump
// is installed. Each check is one expression on 500 packets; the long form is
//
//	go test ./internal/pcapfilter -run TestAgreement -rapid.checks=1000 -v
func TestAgreement(t *testing.T) {
	t.Parallel()
	packets := randomPackets(500)
	libpcap := newOracle(t, packets)
	var count tally
	rapid.Check(t, func(rt *rapid.T) {
		text := expressions().Draw(rt, "expression")
		expression, err := pcapfilter.Parse(text)
		if err != nil {
			rt.Fatalf("%s: %v", text, err)
		}
		count.expressions++
		again, err := pcapfilter.Parse(expression.String())
		if err != nil || again.String() != expression.String() {
			rt.Fatalf("%q prints as %q, which reads as %v, %v", text, expression, again, err)
		}
		judged := make([]bool, len(packets))
		for i := range packets {
			judged[i] = expression.Match(&packets[i].Packet)
			if again.Match(&packets[i].Packet) != judged[i] {
				rt.Fatalf("%q and what it prints as, %q, differ on %s", text, expression, describe(packets[i]))
			}
			count.judged++
		}
		compareWithLibpcap(rt, libpcap, text, packets, judged, &count)
		compareAzure(t, rt, expression, packets, judged, &count)
		compareHuaweiCloud(t, rt, expression, packets, judged, &count)
	})
	t.Logf("%d expressions; %d judgements, %d of them compared with libpcap; %d expressions as %d filters of Network Watcher (at most %d), %d comparisons with the model, %d with the way back; %d expressions for Huawei Cloud",
		count.expressions, count.judged, count.libpcap, count.translated, count.filters, count.mostFilters, count.modelled, count.inverse, count.huaweiCloud)
	if count.translated == 0 || count.huaweiCloud == 0 || count.modelled == 0 {
		t.Error("nothing was compared")
	}
}

func compareWithLibpcap(rt *rapid.T, libpcap *oracle, text string, packets []testPacket, judged []bool, count *tally) {
	if libpcap == nil {
		return
	}
	// libpcap has no net 10/8.
	selected, err := libpcap.selects(strings.ReplaceAll(text, "10/8", "10.0.0.0/8"))
	if err != nil {
		rt.Fatalf("tcpdump %q: %v", text, err)
	}
	for i := range packets {
		if selected[i] != judged[i] {
			rt.Fatalf("%q: libpcap says %t, we say %t on %s", text, selected[i], judged[i], describe(packets[i]))
		}
		count.libpcap++
	}
}

func compareAzure(t *testing.T, rt *rapid.T, expression *pcapfilter.Expression, packets []testPacket, judged []bool, count *tally) {
	t.Helper()
	filters, err := expression.AzureFilters()
	if err != nil {
		return
	}
	count.translated++
	count.filters += len(filters)
	count.mostFilters = max(count.mostFilters, len(filters))
	back, err := pcapfilter.FromAzureFilters(filters)
	if err != nil {
		rt.Fatalf("%q: no way back: %v", expression, err)
	}
	again, err := back.AzureFilters()
	if err != nil {
		rt.Fatalf("%q came back as %q, which is %v", expression, back, err)
	}
	for i, packet := range packets {
		for _, localIsSource := range []bool{true, false} {
			selected := azureSelects(t, filters, packet, localIsSource)
			if len(filters) > 0 && (isOutside(packet) && (packet.EtherType == pcapfilter.EtherTypeARP || packet.EtherType == pcapfilter.EtherTypeRARP || packet.EtherType == 0x88cc || packet.Protocol != 132 || len(packet.VLANs) > 0)) {
				continue
			}
			count.modelled++
			if selected != judged[i] && (packet.Protocol != 132 || selected) {
				rt.Fatalf("%q as %v: the service selects %t, the expression %t on %s", expression, filters, selected, judged[i], describe(packet))
			}
			if packet.Protocol == 132 && !packet.HasPorts {
				continue
			}
			count.inverse++
			if back.Match(&packets[i].Packet) != selected {
				rt.Fatalf("%q as %v comes back as %q, which is not the same on %s", expression, filters, back, describe(packet))
			}
			if azureSelects(t, again, packet, localIsSource) != selected {
				rt.Fatalf("%q as %v, back as %q, again as %v: not the same on %s", expression, filters, back, again, describe(packet))
			}
		}
	}
}

func compareHuaweiCloud(t *testing.T, rt *rapid.T, expression *pcapfilter.Expression, packets []testPacket, judged []bool, count *tally) {
	t.Helper()
	filter, err := expression.HuaweiCloudFilter()
	if err != nil {
		return
	}
	count.huaweiCloud++
	back, err := pcapfilter.FromHuaweiCloudFilter(filter)
	if err != nil {
		rt.Fatalf("%q as %v: no way back: %v", expression, filter, err)
	}
	for i, packet := range packets {
		if isOutside(packet) {
			continue
		}
		if selected := huaweiCloudSelects(t, filter, packet); selected != judged[i] || selected != back.Match(&packets[i].Packet) {
			rt.Fatalf("%q as %v, back as %q: the service selects %t, the expression %t on %s", expression, filter, back, selected, judged[i], describe(packet))
		}
	}
}

// expressions makes expressions of all of the language, or of the part that each
// service can say.
func expressions() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return huaweiCloudExpression(t)
		case 1, 2:
			return rapid.SampledFrom([]string{"", "", "", "vlan and ", "vlan 100 and ", "vlan and vlan 1 && "}).Draw(t, "tags") + "(" + compound(t, 3, term) + ")"
		}
		protocol := rapid.SampledFrom([]string{"tcp", "udp", "ip", "ip and tcp", "ip6", "(tcp or udp)", "(ip or ip6)"}).Draw(t, "protocol")
		return protocol + " and " + compound(t, 2, undirected)
	})
}

func compound(t *rapid.T, depth int, leaf func(*rapid.T) string) string {
	if depth == 0 {
		return leaf(t)
	}
	switch rapid.IntRange(0, 5).Draw(t, "operator") {
	case 0:
		return rapid.SampledFrom([]string{"not ", "!", "! "}).Draw(t, "not") + "(" + compound(t, depth-1, leaf) + ")"
	case 1, 2:
		return compound(t, depth-1, leaf) + rapid.SampledFrom([]string{" and ", "&&", " && "}).Draw(t, "and") + compound(t, depth-1, leaf)
	case 3:
		return "(" + compound(t, depth-1, leaf) + rapid.SampledFrom([]string{" or ", "||"}).Draw(t, "or") + compound(t, depth-1, leaf) + ")"
	}
	return leaf(t)
}

func term(t *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(t, "term") {
	case 0:
		return rapid.SampledFrom([]string{"ip", "ip6", "tcp", "udp", "sctp", "icmp", "icmp6", "arp", "rarp", "esp", "ah", "vrrp"}).Draw(t, "protocol")
	case 1:
		return rapid.SampledFrom([]string{"proto 6", "ip proto 17", "ip6 proto 44", `ip proto \tcp `, "proto 47", `ip6 proto ipv6-icmp`}).Draw(t, "number")
	case 2:
		return rapid.SampledFrom([]string{"less 100", "greater 500", "arp host 10.0.0.4", "rarp net 10.0.0.0/8", "ip host 10.0.0.1", "ip6 net fd00::/64"}).Draw(t, "other")
	}
	direction := rapid.SampledFrom([]string{"", "", "src ", "dst ", "src or dst ", "src and dst "}).Draw(t, "direction")
	return conditions(t, direction)
}

func undirected(t *rapid.T) string {
	return conditions(t, rapid.SampledFrom([]string{"", "", "", "src or dst ", "src and dst "}).Draw(t, "direction"))
}

func conditions(t *rapid.T, direction string) string {
	port := func() string { return fmt.Sprint(rapid.SampledFrom(ports).Draw(t, "port")) }
	switch rapid.IntRange(0, 5).Draw(t, "condition") {
	case 0:
		return direction + "host " + rapid.SampledFrom(append(addresses4[:6:6], addresses6[:4]...)).Draw(t, "address")
	case 1:
		return direction + "net " + rapid.SampledFrom(append(networks4, networks6...)).Draw(t, "network")
	case 2:
		return direction + "portrange " + port() + "-" + port()
	case 3:
		protocol := rapid.SampledFrom([]string{"tcp ", "udp ", ""}).Draw(t, "protocol")
		return protocol + direction + "port (" + port() + " or " + port() + ")"
	case 4:
		return "(tcp " + direction + "port " + port() + " or " + port() + " and not " + port() + ")"
	}
	return rapid.SampledFrom([]string{"tcp ", "udp ", ""}).Draw(t, "protocol") + direction + "port " + port()
}

func huaweiCloudExpression(t *rapid.T) string {
	addresses := rapid.SampledFrom([][]string{addresses4[:6], addresses6[:4]}).Draw(t, "family")
	text := "src host " + rapid.SampledFrom(addresses).Draw(t, "source") + " and dst host " + rapid.SampledFrom(addresses).Draw(t, "destination")
	text += rapid.SampledFrom([]string{"", " and tcp", " and udp", " and tcp", " and icmp", " and ip"}).Draw(t, "protocol")
	for _, side := range []string{"src", "dst"} {
		text += rapid.SampledFrom([]string{"", " and " + side + " port 443", " and " + side + " portrange 80-8000", " and not " + side + " port 0"}).Draw(t, side)
	}
	return text
}
