package capturesummary

import (
	"math"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/report"
)

// results are the computed attributes, of resource and data source alike.
type results struct {
	Files              []fileResult           `tfsdk:"files"`
	PacketCount        int64                  `tfsdk:"packet_count"`
	ByteCount          int64                  `tfsdk:"byte_count"`
	FirstPacketAt      *string                `tfsdk:"first_packet_at"`
	LastPacketAt       *string                `tfsdk:"last_packet_at"`
	Protocols          map[string]countResult `tfsdk:"protocols"`
	Conversations      []conversationResult   `tfsdk:"conversations"`
	ConversationCounts map[string]int64       `tfsdk:"conversation_counts"`
	Connections        connectionsResult      `tfsdk:"connections"`
	HandshakeRTT       *rttResult             `tfsdk:"handshake_rtt"`
	Resets             int64                  `tfsdk:"resets"`
	Retransmissions    int64                  `tfsdk:"retransmissions"`
	OutOfOrder         int64                  `tfsdk:"out_of_order"`
	ZeroWindows        int64                  `tfsdk:"zero_windows"`
	ICMPErrors         map[string]int64       `tfsdk:"icmp_errors"`
	DNS                dnsResult              `tfsdk:"dns"`
	TLS                tlsResult              `tfsdk:"tls"`
	ServerNames        map[string]int64       `tfsdk:"server_names"`
	DNSNames           map[string]int64       `tfsdk:"dns_names"`
	HTTPHosts          map[string]int64       `tfsdk:"http_hosts"`
	UndecodedPackets   int64                  `tfsdk:"undecoded_packets"`
	CutPackets         int64                  `tfsdk:"cut_packets"`
	Evicted            int64                  `tfsdk:"evicted_conversations"`
	Report             string                 `tfsdk:"report"`
}

type fileResult struct {
	Name       string  `tfsdk:"name"`
	Instance   *string `tfsdk:"instance"`
	Size       int64   `tfsdk:"size"`
	Format     string  `tfsdk:"format"`
	LinkType   *string `tfsdk:"link_type"`
	SnapLength int64   `tfsdk:"snap_length"`
	Packets    int64   `tfsdk:"packet_count"`
	Truncated  bool    `tfsdk:"truncated"`
	Damage     *string `tfsdk:"damage"`
	ETag       *string `tfsdk:"etag"`
}

type countResult struct {
	Packets int64 `tfsdk:"packets"`
	Bytes   int64 `tfsdk:"bytes"`
}

type conversationResult struct {
	Protocol          string   `tfsdk:"protocol"`
	OriginatorAddress string   `tfsdk:"originator_address"`
	OriginatorPort    *int64   `tfsdk:"originator_port"`
	ResponderAddress  string   `tfsdk:"responder_address"`
	ResponderPort     *int64   `tfsdk:"responder_port"`
	PacketsSent       int64    `tfsdk:"packets_sent"`
	PacketsReceived   int64    `tfsdk:"packets_received"`
	BytesSent         int64    `tfsdk:"bytes_sent"`
	BytesReceived     int64    `tfsdk:"bytes_received"`
	StartedAt         *string  `tfsdk:"started_at"`
	Duration          float64  `tfsdk:"duration_in_seconds"`
	State             string   `tfsdk:"state"`
	HandshakeRTT      *float64 `tfsdk:"handshake_rtt_in_milliseconds"`
	Retransmissions   int64    `tfsdk:"retransmissions"`
	ZeroWindows       int64    `tfsdk:"zero_windows"`
}

type connectionsResult struct {
	Attempted      int64 `tfsdk:"attempted"`
	Established    int64 `tfsdk:"established"`
	Unanswered     int64 `tfsdk:"unanswered"`
	Refused        int64 `tfsdk:"refused"`
	Aborted        int64 `tfsdk:"aborted"`
	HalfOpen       int64 `tfsdk:"half_open"`
	Reset          int64 `tfsdk:"reset"`
	ResetMidstream int64 `tfsdk:"reset_midstream"`
}

type rttResult struct {
	Minimum float64 `tfsdk:"minimum_in_milliseconds"`
	Median  float64 `tfsdk:"median_in_milliseconds"`
	Maximum float64 `tfsdk:"maximum_in_milliseconds"`
}

type dnsResult struct {
	Queries    int64            `tfsdk:"queries"`
	Answers    int64            `tfsdk:"answers"`
	Unanswered int64            `tfsdk:"unanswered"`
	RCodes     map[string]int64 `tfsdk:"rcodes"`
}

type tlsResult struct {
	ClientHellos int64            `tfsdk:"client_hellos"`
	Versions     map[string]int64 `tfsdk:"versions"`
	Alerts       int64            `tfsdk:"alerts"`
}

// fromSummary is what the state holds of a summary. Etags and instances are those of
// its files.
func fromSummary(title string, s *capture.Summary, etags, instances []string) results {
	r := results{
		PacketCount: s.Total.Packets, ByteCount: s.Total.Bytes, FirstPacketAt: timeText(s.First), LastPacketAt: timeText(s.Last),
		Protocols: map[string]countResult{}, Conversations: []conversationResult{}, ConversationCounts: s.ConversationCount,
		Connections: connectionsResult(s.Connections), Resets: s.Resets, Retransmissions: s.Retransmissions, OutOfOrder: s.OutOfOrder,
		ZeroWindows: s.ZeroWindows, ICMPErrors: s.ICMPErrors,
		DNS:         dnsResult{s.DNS.Queries, s.DNS.Answers, s.DNS.Unanswered, s.DNS.ResponseCodes},
		TLS:         tlsResult{s.TLS.ClientHellos, s.TLS.Versions, s.TLS.Alerts},
		ServerNames: s.ServerNames, DNSNames: s.DNSNames, HTTPHosts: s.HTTPHosts,
		UndecodedPackets: s.Undecoded, CutPackets: s.CutShort, Evicted: s.Evicted, Report: report.Markdown(title, s),
	}
	for name, sum := range s.Protocols {
		r.Protocols[name] = countResult(sum)
	}
	for i, file := range s.Files {
		r.Files = append(r.Files, fileResult{
			Name: file.Name, Instance: textOrNull(instances[i]), Size: file.SizeBytes, Format: formatText(file), LinkType: textOrNull(file.LinkType), SnapLength: int64(file.SnapLength),
			Packets: file.Packets, Truncated: file.Truncated, Damage: textOrNull(file.Damage), ETag: textOrNull(etags[i]),
		})
	}
	for _, c := range s.Conversations {
		r.Conversations = append(r.Conversations, fromConversation(c))
	}
	if s.Handshakes > 0 {
		r.HandshakeRTT = &rttResult{milliseconds(s.HandshakeRTT[0]), milliseconds(s.HandshakeRTT[1]), milliseconds(s.HandshakeRTT[2])}
	}
	return r
}

func formatText(file capture.File) string {
	if file.Gzip {
		return string(file.Format) + ".gz"
	}
	return string(file.Format)
}

func fromConversation(c capture.Conversation) conversationResult {
	result := conversationResult{
		Protocol: c.Protocol, OriginatorAddress: c.Originator.Address.String(), ResponderAddress: c.Responder.Address.String(),
		PacketsSent: c.Sent.Packets, PacketsReceived: c.Received.Packets, BytesSent: c.Sent.Bytes, BytesReceived: c.Received.Bytes,
		StartedAt: timeText(c.First), Duration: math.Round(c.Last.Sub(c.First).Seconds()*1e6) / 1e6, State: string(c.State),
		Retransmissions: c.Retransmissions, ZeroWindows: c.ZeroWindows,
	}
	if c.HasPorts {
		originator, responder := int64(c.Originator.Port), int64(c.Responder.Port)
		result.OriginatorPort, result.ResponderPort = &originator, &responder
	}
	if c.HandshakeSeen {
		rtt := milliseconds(c.HandshakeRTT)
		result.HandshakeRTT = &rtt
	}
	return result
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}

func timeText(at time.Time) *string {
	const lastYear = 9999 // of RFC 3339
	if at = at.UTC(); at.IsZero() || at.Year() < 0 || at.Year() > lastYear {
		return nil
	}
	text := at.Format(time.RFC3339Nano)
	return &text
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
