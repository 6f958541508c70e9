// Package pcapfilter reads the filter language of libpcap, pcap-filter(7), and
// translates it to what the clouds can filter by, and back.
//
// Parse turns an expression into a tree with positions. The tree judges decoded
// packets (Expression.Match), prints itself (Expression.String), and becomes a
// list of Network Watcher's filters (Expression.AzureFilters) or one filter of a
// Huawei Cloud firewall (Expression.HuaweiCloudFilter). FromAzureFilters and
// FromHuaweiCloudFilter go the other way.
//
// A translation selects exactly the packets that the expression selects, or it
// is an *Error. Three things cannot be said to any of the services and are
// outside of that promise: ARP and RARP packets, which pcap-filter's host and net
// also mean without ip; SCTP packets, which port and portrange also mean without tcp
// or udp; and fragments after the first, which have no ports. An expression that
// names ARP, RARP or SCTP itself is refused.
//
// The semantics are those of libpcap 1.10 on Ethernet. Not part of the language
// here: byte arithmetic, link-layer addresses, and names that only DNS knows;
// the parser recognises them to say so.
package pcapfilter
