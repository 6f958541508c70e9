package imds

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

func (i *Interface) derive(n node) {
	if i.MACAddressRaw == nil {
		return
	}
	if i.MACAddress = normalizeMAC(*i.MACAddressRaw); i.MACAddress == nil {
		n.reader.warn(n.path+".macAddress", "%q is not a MAC address; the value is null", shorten(*i.MACAddressRaw))
	}
}

func (a *IPAddress) derive(node) {
	if a.PublicIPAddress != nil {
		a.PublicIPAddressSource = orNil(PublicIPAddressFromInstance)
	}
}

func (s *Subnet) derive(n node) {
	if s.Address == nil || s.Prefix == nil {
		return
	}
	prefix, err := netip.ParsePrefix(fmt.Sprintf("%s/%d", *s.Address, *s.Prefix))
	if err != nil {
		n.reader.warn(n.path, "%q and prefix %d are not a subnet; its CIDR is null", shorten(*s.Address), *s.Prefix)
		return
	}
	s.CIDR = orNil(prefix.Masked().String())
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
