// Package capture says what is in packet captures: protocols, conversations with
// their TCP state, retransmissions, resets, DNS answers, TLS and HTTP names. It
// reads each file once, as a stream, in memory that does not grow with the file.
//
// Packets are decoded by github.com/gopacket/gopacket. Names and rules are those
// of Wireshark (frame.*, tcp.analysis.*, tls.*, dns.*) and Zeek (conn_state), so
// that figures can be compared with what tshark and Zeek print.
package capture

import (
	"net/netip"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
)

// Count is a number of packets and of their bytes on the wire, link-layer headers
// included, as capinfos and tshark count them.
type Count struct {
	Packets, Bytes int64
}

// File is one file of a capture.
type File struct {
	// Name is what the caller calls the file.
	Name string
	// SizeBytes is the size of the file as it is stored.
	SizeBytes int64
	Format    pcapfile.Format
	// Gzip is set if the file is compressed.
	Gzip bool
	// LinkType is like "Ethernet"; empty for a file without one.
	LinkType string
	// SnapLength is the most bytes of a packet that were captured. 0 is no limit.
	SnapLength int
	Packets    int64
	// Truncated is set if the file could not be read to its end; Damage says why.
	Truncated bool
	Damage    string
}

// Endpoint is an address, and a port where the protocol has one.
type Endpoint struct {
	Address netip.Addr
	Port    uint16
}

// Conversation is what two endpoints said to each other.
type Conversation struct {
	// Protocol is tcp, udp, sctp, icmp, icmpv6, or another IP protocol's name.
	Protocol string
	// HasPorts is set for TCP, UDP and SCTP.
	HasPorts bool
	// Originator is who sent the SYN, or else the first packet seen.
	Originator, Responder Endpoint
	// Sent is from the originator to the responder.
	Sent, Received  Count
	First, Last     time.Time
	State           State
	Retransmissions int64
	ZeroWindows     int64
	OutOfOrder      int64
	// HandshakeRTT is the time from the last SYN to the first segment that shows that
	// the handshake is complete, tcp.analysis.initial_rtt: where the ACK is not in the
	// capture that is what comes next from either side. 0 if no handshake was completed;
	// Wireshark has a value also where the SYN was refused, or nothing answered it.
	HandshakeRTT time.Duration
	// HalfOpen is a SYN that was answered, and a handshake that was not completed.
	HalfOpen bool
	// HandshakeSeen tells a handshake within one tick of the clock from none.
	HandshakeSeen bool
}

// State is Zeek's conn_state: that of a TCP or UDP conversation. All others are OTH.
type State string

// The states, and what they mean.
const (
	// S0 is an attempt without any answer.
	S0 State = "S0"
	// S1 is a SYN and its SYN-ACK, and no end in the capture.
	S1 State = "S1"
	// SF is ended by both sides, or UDP in both directions.
	SF State = "SF"
	// REJ is an attempt that was answered with a RST.
	REJ State = "REJ"
	// S2 is established; the originator closed, and the responder did not.
	S2 State = "S2"
	// S3 is established; the responder closed, and the originator did not.
	S3 State = "S3"
	// RSTO is a RST of the originator after the responder's SYN-ACK or FIN.
	RSTO State = "RSTO"
	// RSTR is a RST of the responder after its SYN-ACK or the originator's FIN.
	RSTR State = "RSTR"
	// RSTOS0 is a SYN and then a RST of the originator, without a SYN-ACK.
	RSTOS0 State = "RSTOS0"
	// RSTRH is a RST of the responder, without a SYN.
	RSTRH State = "RSTRH"
	// SH is a FIN of the originator, without a SYN-ACK.
	SH State = "SH"
	// SHR is a FIN of the responder, without a SYN.
	SHR State = "SHR"
	// OTH is everything else: most often the capture began in the middle.
	OTH State = "OTH"
)

// Connections counts TCP connections.
type Connections struct {
	// Attempted is with a SYN in the capture.
	Attempted int64
	// Established is with a completed handshake in the capture.
	Established int64
	// Unanswered is S0.
	Unanswered int64
	// Refused is REJ without any SYN-ACK.
	Refused int64
	// Aborted was ended by who asked before the handshake was completed.
	Aborted int64
	// HalfOpen was answered, and its handshake not completed.
	HalfOpen int64
	// Reset was established, and then ended by a RST of either side.
	Reset int64
	// ResetMidstream was ended by a RST, and its SYN is not in the capture.
	ResetMidstream int64
}

// DNS counts messages on port 53, over UDP and TCP.
type DNS struct {
	Queries, Answers int64
	// Unanswered is how many different queries have no answer in the capture.
	Unanswered int64
	// ResponseCodes counts answers by name, like NXDOMAIN.
	ResponseCodes map[string]int64
}

// TLS counts what can be read without keys.
type TLS struct {
	ClientHellos int64
	// Versions counts ServerHellos by the version that they choose, like "TLS 1.3".
	Versions map[string]int64
	// Alerts counts alert records, encrypted ones included; those of TLS 1.3 look like
	// data once the handshake is encrypted.
	Alerts int64
}

// Summary is what a capture says.
type Summary struct {
	Files []File
	// Overlapping is how many files begin before an earlier one ended, and are no
	// continuation of any.
	Overlapping int64
	// Total counts the packets that the filter selects.
	Total Count
	// First and Last are the times of the earliest and the latest packet, as capinfos
	// has them; zero in a capture without any.
	First, Last time.Time
	// Protocols counts by Wireshark's names. A packet counts once for each of its
	// protocols.
	Protocols map[string]Count
	// Conversations are the largest by bytes, the largest first.
	Conversations []Conversation
	// ConversationCount is how many there are in all, by protocol.
	ConversationCount map[string]int64
	// Evicted is how many conversations left the table before the capture's end: a
	// packet that came later counts as another conversation.
	Evicted         int64
	Connections     Connections
	Resets          int64
	Retransmissions int64
	OutOfOrder      int64
	ZeroWindows     int64
	// HandshakeRTT are the fastest, the median and the slowest handshake.
	HandshakeRTT [3]time.Duration
	// Handshakes is how many they are of.
	Handshakes int64
	// ICMPErrors counts ICMP and ICMPv6 errors by name.
	ICMPErrors map[string]int64
	DNS        DNS
	TLS        TLS
	// ServerNames, DNSNames and HTTPHosts count names. They are nil unless asked for.
	ServerNames, DNSNames, HTTPHosts map[string]int64
	// NamesLeftOut is how many occurrences of names did not fit into the tables.
	NamesLeftOut int64
	// Undecoded is how many packets hold a header that cannot be decoded.
	Undecoded int64
	// CutShort is how many packets were longer than the snap length.
	CutShort int64
	Timeline Timeline
}
