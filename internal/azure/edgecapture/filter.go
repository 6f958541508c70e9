package edgecapture

import "encoding/json"

// What a VPN gateway traces, as flags.
const (
	TraceESP  = 1
	TraceIKE  = 2
	TraceOVPN = 8
)

// FilterData is what a VPN capture captures. The service takes it as a JSON
// string inside its JSON request, accepts any text at start, and fails at stop
// if it cannot read it.
//
// Source: https://learn.microsoft.com/azure/vpn-gateway/packet-capture
type FilterData struct {
	// TracingFlags is TraceESP, TraceIKE and TraceOVPN, added up.
	TracingFlags int64
	// MaxPacketBufferSize is how many bytes of each packet are kept.
	MaxPacketBufferSize int64
	// MaxFileSize is in megabytes. The file is a circular buffer.
	MaxFileSize int64
	// Filters are for the packets inside ESP: none or one.
	Filters []InnerFilter
}

// InnerFilter selects packets inside the tunnel. Empty lists select all.
type InnerFilter struct {
	// SourceSubnets and DestinationSubnets are IPv4 prefixes such as
	// "10.1.0.0/16".
	SourceSubnets      []string
	DestinationSubnets []string
	SourcePort         []int64
	DestinationPort    []int64
	// Protocol are IANA's numbers.
	Protocol []int64
	// TCPFlags are FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64 and CWR
	// 128, added up; packets with any of them are selected.
	TCPFlags                          int64 `json:"TcpFlags"`
	CaptureSingleDirectionTrafficOnly bool
}

// String returns the JSON that the service takes. All members are there: its
// schema requires them.
func (f FilterData) String() string {
	filters := make([]InnerFilter, 0, 1)
	for _, filter := range f.Filters {
		filter.SourceSubnets, filter.DestinationSubnets = present(filter.SourceSubnets), present(filter.DestinationSubnets)
		filter.SourcePort, filter.DestinationPort, filter.Protocol = present(filter.SourcePort), present(filter.DestinationPort), present(filter.Protocol)
		filters = append(filters, filter)
	}
	f.Filters = filters
	text, err := json.Marshal(struct {
		TracingFlags, MaxPacketBufferSize, MaxFileSize int64
		Filters                                        []InnerFilter
	}{f.TracingFlags, f.MaxPacketBufferSize, f.MaxFileSize, f.Filters})
	if err != nil {
		return "" // Numbers, booleans and strings can always be written.
	}
	return string(text)
}

// present makes nil an empty list, which JSON writes as [] and not as null.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
