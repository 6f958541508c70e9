package pcapfilter

// protocol is what a protocol's word selects.
type protocol struct {
	// number is the IP protocol; 0 for the others.
	number uint8
	// v4 and v6 are set where the word means packets of IPv4 and IPv6.
	v4, v6 bool
}

// protocols are the words that are a primitive of their own. libpcap means the
// IP versions given here by them (gen_proto_abbrev).
var protocols = map[string]protocol{
	"ip": {v4: true}, "ip6": {v6: true}, "arp": {}, "rarp": {},
	"tcp": {number: 6, v4: true, v6: true}, "udp": {number: 17, v4: true, v6: true}, "sctp": {number: 132, v4: true, v6: true},
	"icmp": {number: 1, v4: true}, "icmp6": {number: 58, v6: true},
	"esp": {number: 50, v4: true, v6: true}, "ah": {number: 51, v4: true, v6: true}, "pim": {number: 103, v4: true, v6: true},
	"igmp": {number: 2, v4: true}, "igrp": {number: 9, v4: true}, "vrrp": {number: 112, v4: true}, "carp": {number: 112, v4: true},
}

// protocolNames are protocols by name, after proto (/etc/protocols).
var protocolNames = map[string]int{
	"icmp": 1, "igmp": 2, "tcp": 6, "igrp": 9, "udp": 17, "gre": 47, "esp": 50, "ah": 51, "icmp6": 58, "ipv6-icmp": 58,
	"ospf": 89, "pim": 103, "vrrp": 112, "carp": 112, "sctp": 132,
}

// service is a port by name, and the protocol if only one has it.
type service struct {
	port int
	only string
}

// services are the names of ports. The table is fixed, so that an expression
// means the same on every machine; it is that of Debian's /etc/services, by
// which http is a port of TCP alone.
var services = map[string]service{
	"ftp-data": {20, "tcp"}, "ftp": {21, "tcp"}, "ssh": {22, "tcp"}, "telnet": {23, "tcp"}, "smtp": {25, "tcp"},
	"domain": {53, ""}, "bootps": {67, "udp"}, "bootpc": {68, "udp"}, "tftp": {69, "udp"}, "http": {80, "tcp"}, "www": {80, "tcp"},
	"kerberos": {88, ""}, "pop3": {110, "tcp"}, "sunrpc": {111, ""}, "ntp": {123, "udp"}, "epmap": {135, "tcp"},
	"netbios-ns": {137, "udp"}, "netbios-dgm": {138, "udp"}, "netbios-ssn": {139, "tcp"}, "imap2": {143, "tcp"}, "imap": {143, "tcp"},
	"snmp": {161, ""}, "snmp-trap": {162, ""}, "bgp": {179, "tcp"}, "ldap": {389, ""}, "https": {443, ""}, "microsoft-ds": {445, ""},
	"isakmp": {500, "udp"}, "syslog": {514, "udp"}, "submission": {587, "tcp"}, "ldaps": {636, ""}, "imaps": {993, "tcp"}, "pop3s": {995, "tcp"},
	"openvpn": {1194, ""}, "ms-sql-s": {1433, "tcp"}, "ms-sql-m": {1434, "udp"}, "radius": {1812, ""}, "radius-acct": {1813, ""},
	"nfs": {2049, ""}, "mysql": {3306, "tcp"}, "ipsec-nat-t": {4500, "udp"}, "sip": {5060, ""}, "sip-tls": {5061, ""},
	"postgresql": {5432, "tcp"}, "amqp": {5672, ""}, "http-alt": {8080, ""},
}

// refused are words of the language that cannot be used here, with the reason.
var refused = map[string]string{
	"ether": linkLayer, "link": linkLayer, "fddi": linkLayer, "tr": linkLayer, "wlan": linkLayer, "ppp": linkLayer, "slip": linkLayer,
	"broadcast": linkLayer, "multicast": linkLayer, "mpls": linkLayer, "pppoed": linkLayer, "pppoes": linkLayer, "lane": linkLayer, "llc": linkLayer,
	"type": linkLayer, "subtype": linkLayer, "dir": linkLayer, "addr1": linkLayer, "addr2": linkLayer, "addr3": linkLayer, "addr4": linkLayer,
	"geneve": "tunnels are not looked into", "vxlan": "tunnels are not looked into",
	"gateway": "it needs names that only DNS knows", "protochain": "it needs byte arithmetic", "len": arithmetic, "length": arithmetic,
	"inbound": interfaceOnly, "outbound": interfaceOnly, "ifname": interfaceOnly, "on": interfaceOnly, "ifindex": interfaceOnly,
	"rnr": interfaceOnly, "rulenum": interfaceOnly, "reason": interfaceOnly, "rset": interfaceOnly, "ruleset": interfaceOnly, "srnr": interfaceOnly,
	"subrulenum": interfaceOnly, "action": interfaceOnly,
	"decnet": otherNetworks, "aarp": otherNetworks, "atalk": otherNetworks, "iso": otherNetworks, "esis": otherNetworks, "es-is": otherNetworks,
	"isis": otherNetworks, "is-is": otherNetworks, "clnp": otherNetworks, "stp": otherNetworks, "ipx": otherNetworks, "netbeui": otherNetworks,
	"lat": otherNetworks, "moprc": otherNetworks, "mopdl": otherNetworks, "sca": otherNetworks, "atm": otherNetworks, "vci": otherNetworks, "vpi": otherNetworks,
}

const (
	linkLayer     = "it looks at the link layer (layer 2), by which neither the services nor capture summaries filter"
	arithmetic    = "byte arithmetic (payload, flags, computed lengths) cannot be used: neither the services nor capture summaries filter by it"
	interfaceOnly = "it depends on the interface that captured, not on the packet"
	otherNetworks = "only IP, ARP and RARP are known here"
)

// grammar words that can be no name.
var reserved = map[string]bool{
	"and": true, "or": true, "not": true, "src": true, "dst": true, "host": true, "net": true, "mask": true, "port": true, "portrange": true,
	"proto": true, "vlan": true, "less": true, "greater": true,
}

func isKeyword(word string) bool {
	_, isProtocol := protocols[word]
	_, isRefused := refused[word]
	return isProtocol || isRefused || reserved[word]
}
