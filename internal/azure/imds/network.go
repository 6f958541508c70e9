package imds

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

func decodeNetwork(n node) *Network {
	return &Network{Interfaces: each(n.get("interface"), decodeInterface)}
}

func decodeInterface(n node) Interface {
	ipv4, ipv6 := n.get("ipv4"), n.get("ipv6")
	decoded := Interface{
		IPv4: IPv4{
			IPAddresses: each(ipv4.get("ipAddress"), decodeIPAddress),
			Subnets:     each(ipv4.get("subnet"), decodeSubnet),
		},
		IPv6:          IPv6{IPAddresses: each(ipv6.get("ipAddress"), decodeIPAddress)},
		MACAddressRaw: n.get("macAddress").text(),
	}
	if decoded.MACAddressRaw != nil {
		if decoded.MACAddress = normalizeMAC(*decoded.MACAddressRaw); decoded.MACAddress == nil {
			n.reader.warn(n.path+".macAddress", "%q is not a MAC address; the value is null", shorten(*decoded.MACAddressRaw))
		}
	}
	return decoded
}

func decodeIPAddress(n node) IPAddress {
	address := IPAddress{
		PrivateIPAddress: n.get("privateIpAddress").text(),
		PublicIPAddress:  n.get("publicIpAddress").text(),
	}
	if address.PublicIPAddress != nil {
		address.PublicIPAddressSource = orNil(PublicIPAddressFromInstance)
	}
	return address
}

func decodeSubnet(n node) Subnet {
	subnet := Subnet{Address: n.get("address").text(), Prefix: n.get("prefix").integer()}
	if subnet.Address == nil || subnet.Prefix == nil {
		return subnet
	}
	prefix, err := netip.ParsePrefix(fmt.Sprintf("%s/%d", *subnet.Address, *subnet.Prefix))
	if err != nil {
		n.reader.warn(n.path, "%q and prefix %d are not a subnet; its CIDR is null", shorten(*subnet.Address), *subnet.Prefix)
		return subnet
	}
	subnet.CIDR = orNil(prefix.Masked().String())
	return subnet
}

// normalizeMAC takes twelve digits with or without separators; nil means
// that the text is no MAC address.
func normalizeMAC(text string) *string {
	digits := strings.NewReplacer(":", "", "-", "", ".", "").Replace(text)
	if len(digits) != 12 {
		return nil
	}
	var parts []string
	for i := 0; i < len(digits); i += 2 {
		parts = append(parts, digits[i:i+2])
	}
	address, err := net.ParseMAC(strings.Join(parts, ":"))
	if err != nil {
		return nil
	}
	return orNil(address.String())
}

// lacksPublicIPAddress reports whether some address's public one may be
// known to the load balancer endpoint only.
func (n *Network) lacksPublicIPAddress() bool {
	lacking := false
	n.eachAddress(func(address *IPAddress) {
		lacking = lacking || address.PrivateIPAddress != nil && address.PublicIPAddress == nil
	})
	return lacking
}

func (n *Network) eachAddress(do func(*IPAddress)) {
	for i := range n.Interfaces {
		for _, addresses := range [][]IPAddress{n.Interfaces[i].IPv4.IPAddresses, n.Interfaces[i].IPv6.IPAddresses} {
			for j := range addresses {
				do(&addresses[j])
			}
		}
	}
}

// join fills public addresses that only the load balancer endpoint has.
func (n *Network) join(balancer *LoadBalancer) {
	public := map[string]string{}
	for _, pair := range balancer.PublicIPAddresses {
		key := canonicalAddress(pair.PrivateIPAddress)
		if _, taken := public[key]; !taken && pair.FrontendIPAddress != "" {
			public[key] = trimBrackets(pair.FrontendIPAddress)
		}
	}
	n.eachAddress(func(address *IPAddress) {
		if address.PrivateIPAddress == nil || address.PublicIPAddress != nil {
			return
		}
		if found, ok := public[canonicalAddress(*address.PrivateIPAddress)]; ok {
			address.PublicIPAddress = &found
			address.PublicIPAddressSource = orNil(PublicIPAddressFromLoadBalancer)
		}
	})
}

func trimBrackets(text string) string {
	return strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
}

// canonicalAddress makes different spellings of one address equal.
func canonicalAddress(text string) string {
	text = trimBrackets(strings.TrimSpace(text))
	if address, err := netip.ParseAddr(text); err == nil {
		return address.String()
	}
	return strings.ToLower(text)
}
