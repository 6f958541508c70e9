package pcapfilter

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// leaf reads one ID with its qualifiers.
func (p *parser) leaf(q qualifiers) (Node, *Error) {
	node := &Primitive{Protocol: q.protocol, Direction: q.direction, At: q.at, DirectionAt: q.directionAt}
	word := p.take()
	var fault *Error
	switch q.kind {
	case "port", "portrange":
		fault = readPorts(node, q, word)
	case "proto":
		fault = readNumber(node, q, word)
	default:
		fault = p.readNet(node, q, word)
	}
	if fault != nil {
		return nil, fault
	}
	return node, nil
}

func readPorts(node *Primitive, q qualifiers, word token) (fault *Error) {
	node.Kind = KindPort
	if !slices.Contains([]string{"", "tcp", "udp", "sctp"}, q.protocol) {
		return errorAt(q.at, fmt.Sprintf("%s does not go with %s, which only tcp, udp and sctp have", q.protocol, q.kind), fmt.Sprintf("%s and %s %s", q.protocol, q.kind, word.Word))
	}
	first, last, isRange := strings.Cut(word.Word, "-")
	switch known, isName := services[word.Word]; {
	case isName && q.kind == "port":
		if q.protocol != "" && known.only != "" && q.protocol != known.only {
			return errorAt(word.Position, fmt.Sprintf("%s is a port of %s", word.Word, known.only), fmt.Sprintf("%s port %d", q.protocol, known.port))
		}
		if node.Protocol == "" {
			node.Protocol = known.only
		}
		node.First, node.Last = known.port, known.port
		return nil
	case isRange && q.kind == "port" && isNumber(first) && isNumber(last):
		return errorAt(word.Position, "port takes one port", "portrange "+word.Word)
	case isRange && q.kind == "portrange":
		if node.First, fault = number(token{Position: Position{first, word.Column}}, "port", 65535); fault != nil {
			return fault
		}
		node.Last, fault = number(token{Position: Position{last, word.Column + len(first) + 1}}, "port", 65535)
		// Like libpcap.
		node.First, node.Last = min(node.First, node.Last), max(node.First, node.Last)
		return fault
	case !isNumber(word.Word):
		return errorAt(word.Position, "it is not a port, and not one of the service names known here; give its number")
	}
	node.First, fault = number(word, "port", 65535)
	node.Last = node.First
	return fault
}

func readNumber(node *Primitive, q qualifiers, word token) (fault *Error) {
	node.Kind = KindNumber
	if q.protocol != "" && q.protocol != "ip" && q.protocol != "ip6" {
		return errorAt(q.at, q.protocol+" does not go with proto", "proto "+word.Word)
	}
	if known, isName := protocolNames[word.Word]; isName {
		node.First = known
		return nil
	}
	if !isNumber(word.Word) {
		return errorAt(word.Position, "it is not the number of a protocol, and not one of the names known here")
	}
	node.First, fault = number(word, "protocol", 255)
	return fault
}

func (p *parser) readNet(node *Primitive, q qualifiers, word token) *Error {
	node.Kind = KindNet
	isNet := q.kind == "net"
	prefix, fault := address(word, isNet)
	if fault != nil {
		return fault
	}
	if !slices.Contains([]string{"", "ip", "ip6", "arp", "rarp"}, q.protocol) {
		return errorAt(q.at, fmt.Sprintf("%s does not go with an address", q.protocol), fmt.Sprintf("%s and %s%s", q.protocol, directionWord(q.direction), networkText(prefix)))
	}
	if (q.protocol == "ip6") == prefix.Addr().Is4() && q.protocol != "" {
		return errorAt(word.Position, fmt.Sprintf("%s does not go with an address of this family", q.protocol))
	}
	switch {
	case p.is("/") && !isNet, p.is("mask") && !isNet:
		return errorAt(p.peek().Position, "only net takes a length or a mask", "net "+word.Word+"/"+p.tokens[min(p.next+1, len(p.tokens)-1)].Word)
	case p.is("/"):
		p.take()
		length := p.take()
		size, fault := number(length, "prefix length", prefix.Addr().BitLen())
		if fault != nil {
			return fault
		}
		prefix = netip.PrefixFrom(prefix.Addr(), size)
	case p.is("mask"):
		p.take()
		size, fault := maskLength(p.take(), prefix)
		if fault != nil {
			return fault
		}
		prefix = netip.PrefixFrom(prefix.Addr(), size)
	}
	if prefix.Masked() != prefix {
		return errorAt(word.Position, fmt.Sprintf("the address has bits beyond the network's length of %d", prefix.Bits()), "net "+prefix.Masked().String())
	}
	node.Net = prefix
	return nil
}

// address reads an address, or the first octets of a network.
func address(word token, isNet bool) (netip.Prefix, *Error) {
	text := word.Word
	if parsed, err := netip.ParseAddr(text); err == nil {
		switch {
		case parsed.Zone() != "":
			return netip.Prefix{}, errorAt(word.Position, "a zone means nothing in a packet", parsed.WithZone("").String())
		case parsed.Is4In6():
			return netip.Prefix{}, errorAt(word.Position, "an IPv4-mapped address never stands in a packet", parsed.Unmap().String())
		}
		return netip.PrefixFrom(parsed, parsed.BitLen()), nil
	}
	octets := strings.Split(text, ".")
	numeric := len(octets) <= 4 && !slices.ContainsFunc(octets, func(octet string) bool { return !isNumber(octet) })
	short := text + strings.Repeat(".0", max(4-len(octets), 0))
	parsed, err := netip.ParseAddr(short)
	switch {
	case err == nil && numeric && isNet:
		return netip.PrefixFrom(parsed, 8*len(octets)), nil
	case err == nil && numeric && len(octets) > 1:
		return netip.Prefix{}, errorAt(word.Position, "it is not a whole address", fmt.Sprintf("net %s/%d", short, 8*len(octets)))
	case numeric && len(octets) == 1:
		return netip.Prefix{}, errorAt(word.Position, "it is not an address", "port "+text)
	case numeric || strings.Contains(text, ":"):
		return netip.Prefix{}, errorAt(word.Position, "it is not a valid IPv4 or IPv6 address")
	case strings.Contains(text, "-") && strings.Count(text, ".") > 3:
		return netip.Prefix{}, errorAt(word.Position, "addresses have no ranges in this language; give networks with net")
	}
	return netip.Prefix{}, errorAt(word.Position, "names are not resolved; give the address")
}

// maskLength reads a netmask.
func maskLength(word token, prefix netip.Prefix) (int, *Error) {
	mask, err := netip.ParseAddr(word.Word)
	if err != nil || !mask.Is4() || !prefix.Addr().Is4() {
		return 0, errorAt(word.Position, "it is not a mask of IPv4", "net 10.0.0.0 mask 255.0.0.0")
	}
	octets := mask.As4()
	value := binary.BigEndian.Uint32(octets[:])
	ones := bits.LeadingZeros32(^value)
	if value<<ones != 0 {
		return 0, errorAt(word.Position, "the mask has holes, and so is no network")
	}
	return ones, nil
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == "" || strings.HasPrefix(text, "0x")
}

// number reads a decimal or hexadecimal number.
func number(word token, what string, most int) (int, *Error) {
	digits, base := word.Word, 10
	if strings.HasPrefix(digits, "0x") {
		digits, base = digits[2:], 16
	}
	value, err := strconv.ParseUint(digits, base, 31)
	switch {
	case word.Word == "":
		return 0, errorAt(word.Position, fmt.Sprintf("a %s is missing", what))
	case !isNumber(word.Word):
		return 0, errorAt(word.Position, fmt.Sprintf("it is not a number; a %s from 0 to %d must stand here", what, most))
	case base == 10 && len(digits) > 1 && digits[0] == '0':
		return 0, errorAt(word.Position, "a number with a zero before it is an octal one in this language", strings.TrimLeft(digits[:len(digits)-1], "0")+digits[len(digits)-1:])
	case err != nil || value > uint64(most&0x7fffffff):
		return 0, errorAt(word.Position, fmt.Sprintf("a %s is at most %d", what, most))
	}
	return int(value), nil
}
