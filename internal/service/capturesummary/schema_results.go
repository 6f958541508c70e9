package capturesummary

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// kind is the type of a result.
type kind int

const (
	text kind = iota
	whole
	fraction
	flag
	counts  // map of whole numbers
	object  // one object
	objects // list of objects
	table   // map of objects
)

// resultAttribute describes a computed attribute once, for resource and data
// source.
type resultAttribute struct {
	name        string
	kind        kind
	description string
	nested      []resultAttribute
}

// nameLimits ends the description of each table of names. The limits are those of
// package capture.
const nameLimits = " Up to 10,000 different names of 255 bytes, 1 MiB in all; `report` says how many more there were. Bytes that are no printable ASCII are written as `\\x1b`. Null unless `include_names`."

var resultAttributes = []resultAttribute{
	{"files", objects, "The files that were read, in their order.", []resultAttribute{
		{"name", text, "Name of the blob or file.", nil},
		{"instance", text, "Instance that captured it, if the blob's folders name one: `INT0` of a VPN gateway, `3` of a scale set.", nil},
		{"size", whole, "Size in bytes, as stored.", nil},
		{"format", text, "`pcap`, `pcapng`, `netmon` (not read: convert it with `editcap -F pcap`), `empty` or `unknown`; with `.gz` behind it if the file is compressed.", nil},
		{"link_type", text, "Link layer, for example `Ethernet`.", nil},
		{"snap_length", whole, "Snap length (snaplen) in bytes: the most that was captured of a packet. `0` is no limit.", nil},
		{"packet_count", whole, "Packets in the file, whatever the filter selects.", nil},
		{"truncated", flag, "Whether the file could not be read to its end.", nil},
		{"damage", text, "Why it could not be read to its end.", nil},
		{"etag", text, "Version of the blob that was read.", nil},
	}},
	{"packet_count", whole, "Packets that the filter selects.", nil},
	{"byte_count", whole, "Their bytes on the wire.", nil},
	{"first_packet_at", text, "Time of the first packet (RFC 3339).", nil},
	{"last_packet_at", text, "Time of the last packet (RFC 3339).", nil},
	{"protocols", table, "Packets and bytes by protocol, by Wireshark's names: `eth`, `ip`, `tcp`, `dns`. A packet counts for each of its protocols. 256 protocols that are known by number only have a row; what goes beyond is `other`. Packets within GRE, VXLAN, Geneve, IP and MPLS count too; ERSPAN is counted and not looked into, as no cloud mirrors with it.", countAttributes},
	{"conversations", objects, "The largest conversations by bytes, the largest first.", []resultAttribute{
		{"protocol", text, "`tcp`, `udp`, `icmp` or another IP protocol.", nil},
		{"originator_address", text, "Who sent the SYN, or else the first packet.", nil},
		{"originator_port", whole, "Null for protocols without ports.", nil},
		{"responder_address", text, "Address of the other end, which answers.", nil},
		{"responder_port", whole, "Null for protocols without ports.", nil},
		{"packets_sent", whole, "Packets from the originator.", nil},
		{"packets_received", whole, "Packets from the responder.", nil},
		{"bytes_sent", whole, "Bytes from the originator.", nil},
		{"bytes_received", whole, "Bytes from the responder.", nil},
		{"started_at", text, "Time of the first packet (RFC 3339).", nil},
		{"duration_in_seconds", fraction, "Time between its first and its last packet.", nil},
		{"state", text, "Zeek's `conn_state`, for TCP and UDP; all others are `OTH`. `S0` no answer, `S1` a SYN and its SYN-ACK, `SF` ended normally (UDP: answered), `REJ` refused, `RSTO` and `RSTR` reset by originator and responder, " +
			"`RSTOS0` SYN and then RST by the originator, `RSTRH` reset by the responder without a SYN in the capture, `S2` and `S3` closed by one side, `SH` and `SHR` closed by originator or responder of a connection of which the other side's SYN is not in the capture, `OTH` anything else; see [Zeek](https://docs.zeek.org/en/current/scripts/base/protocols/conn/main.zeek.html). " +
			"Unlike Zeek, which guesses the originator by ports where there is no SYN, it is who sent the first packet; and where a SYN is sent again with the same number after a RST, as Windows does, the state is that of the last try.", nil},
		{"handshake_rtt_in_milliseconds", fraction, "Time from the last SYN to the ACK that completes the handshake, or to what comes next if that ACK is not in the capture (Wireshark: `tcp.analysis.initial_rtt`).", nil},
		{"retransmissions", whole, "Retransmitted segments.", nil},
		{"zero_windows", whole, "Segments that say that their sender has no room.", nil},
	}},
	{"conversation_counts", counts, "All conversations, by protocol.", nil},
	{"connections", object, "TCP connections.", []resultAttribute{
		{"attempted", whole, "A SYN was seen. A SYN that is sent again with the same sequence number is the same attempt, also after a RST (Wireshark: the same `tcp.stream`).", nil},
		{"established", whole, "The handshake was completed.", nil},
		{"unanswered", whole, "The SYN got no answer (`S0`): a network security group, a route, or no host.", nil},
		{"refused", whole, "The SYN was answered with a RST, and with nothing else: nothing listens.", nil},
		{"aborted", whole, "The originator ended it, with RST or FIN, before it was established.", nil},
		{"half_open", whole, "The SYN was answered, and the handshake not completed.", nil},
		{"reset", whole, "Established, and then ended by a RST of either side.", nil},
		{"reset_midstream", whole, "Ended by a RST, and without a SYN in the capture: it may have been open before.", nil},
	}},
	{"handshake_rtt", object, "Round trip of the TCP handshakes; null if none was seen. Of more than 65,536 the median is that of a sample.", []resultAttribute{
		{"minimum_in_milliseconds", fraction, "The fastest.", nil},
		{"median_in_milliseconds", fraction, "The median: of an even number, the mean of the two in the middle.", nil},
		{"maximum_in_milliseconds", fraction, "The slowest.", nil},
	}},
	{"resets", whole, "TCP segments with RST.", nil},
	{"retransmissions", whole, "Retransmitted TCP segments (`tcp.analysis.retransmission`).", nil},
	{"out_of_order", whole, "TCP segments that came out of order (`tcp.analysis.out_of_order`).", nil},
	{"zero_windows", whole, "TCP segments that say that their sender has no room (`tcp.analysis.zero_window`).", nil},
	{"icmp_errors", counts, "ICMP and ICMPv6 errors, by name.", nil},
	{"dns", object, "DNS on port 53.", []resultAttribute{
		{"queries", whole, "Queries.", nil},
		{"answers", whole, "Answers.", nil},
		{"unanswered", whole, "Different queries without an answer in the capture. When more than 65,536 wait at once, the oldest count as unanswered.", nil},
		{"rcodes", counts, "Answers by their code, for example `NXDOMAIN`.", nil},
	}},
	{"tls", object, "What TLS shows without keys.", []resultAttribute{
		{"client_hellos", whole, "Handshakes that clients began. A ClientHello whose segments came out of order is not put together, and has no name. One in the format of SSLv2 does not count: no server takes it any more (RFC 6176).", nil},
		{"versions", counts, "Handshakes by the version that the server chose, for example `TLS 1.3`.", nil},
		{"alerts", whole, "Alert records. Those of TLS 1.3 are encrypted, and look like data.", nil},
	}},
	{"server_names", counts, "TLS server names (SNI)." + nameLimits, nil},
	{"dns_names", counts, "Names that DNS was asked for. A dot within a label is `\\x2e`." + nameLimits, nil},
	{"http_hosts", counts, "Hosts of HTTP/1 requests, whatever their method." + nameLimits, nil},
	{"undecoded_packets", whole, "Packets with a header that cannot be decoded, or of a link layer that is not known here.", nil},
	{"cut_packets", whole, "Packets that are longer than the snap length.", nil},
	{"evicted_conversations", whole, "Conversations that had no room in the table of 32,768 any more. They count in the totals; one that went on counts again.", nil},
	{"report", text, "The summary in Markdown, fit for a comment on a pull request: the 20 largest conversations, and 20 names of each kind.", nil},
}

var countAttributes = []resultAttribute{
	{"packets", whole, "Packets.", nil},
	{"bytes", whole, "Bytes on the wire.", nil},
}

// computed are attributes for both. Those of the resource keep their values in an
// update, as everything that changes them replaces; a data source has no plans.
func computed(of []resultAttribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, r := range of {
		nested := schema.NestedAttributeObject{Attributes: computed(r.nested)}
		switch r.kind {
		case text:
			attributes[r.name] = schema.StringAttribute{Computed: true, MarkdownDescription: r.description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
		case whole:
			attributes[r.name] = schema.Int64Attribute{Computed: true, MarkdownDescription: r.description, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}}
		case fraction:
			attributes[r.name] = schema.Float64Attribute{Computed: true, MarkdownDescription: r.description, PlanModifiers: []planmodifier.Float64{float64planmodifier.UseStateForUnknown()}}
		case flag:
			attributes[r.name] = schema.BoolAttribute{Computed: true, MarkdownDescription: r.description, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}}
		case counts:
			attributes[r.name] = schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: r.description, PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()}}
		case object:
			attributes[r.name] = schema.SingleNestedAttribute{Computed: true, MarkdownDescription: r.description, Attributes: nested.Attributes, PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}}
		case objects:
			attributes[r.name] = schema.ListNestedAttribute{Computed: true, MarkdownDescription: r.description, NestedObject: nested, PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()}}
		case table:
			attributes[r.name] = schema.MapNestedAttribute{Computed: true, MarkdownDescription: r.description, NestedObject: nested, PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()}}
		}
	}
	return attributes
}
