package edgecapture

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// FirewallID is the Resource Manager id of an Azure Firewall.
type FirewallID struct{ SubscriptionID, ResourceGroupName, Name string }

const firewallType = "Microsoft.Network/azureFirewalls"

// ParseFirewallID reads the id of an Azure Firewall. Casing makes no
// difference; the error says what was expected.
func ParseFirewallID(text string) (FirewallID, error) {
	id, err := parse(text, "a firewall", firewallType)
	if err != nil {
		return FirewallID{}, err
	}
	return FirewallID{id.SubscriptionID, id.ResourceGroupName, id.Name}, nil
}

// String returns the id in Resource Manager's own casing.
func (id FirewallID) String() string {
	return resourceGroup(id.SubscriptionID, id.ResourceGroupName) + firewallType + "/" + id.Name
}

// VPNKind is what a VPN capture is made on.
type VPNKind string

// The kinds, as Resource Manager calls the types.
const (
	VirtualNetworkGateway VPNKind = "Microsoft.Network/virtualNetworkGateways"
	Connection            VPNKind = "Microsoft.Network/connections"
	VPNGateway            VPNKind = "Microsoft.Network/vpnGateways"
	VPNConnection         VPNKind = "Microsoft.Network/vpnGateways/vpnConnections"
)

// VPNTarget is what a VPN capture is made on.
type VPNTarget struct {
	Kind                              VPNKind
	SubscriptionID, ResourceGroupName string
	// Name is the gateway's, or that of the connection of a virtual network
	// gateway.
	Name string
	// Connection is the connection's of a Virtual WAN gateway.
	Connection string
}

// ParseVPNTarget reads the id of a virtual network gateway, of a connection of
// one, of a Virtual WAN gateway, or of a connection of that.
func ParseVPNTarget(text string) (VPNTarget, error) {
	const expected = "a virtual network gateway, a connection, a Virtual WAN VPN gateway, or a connection of that"
	id, err := parse(text, expected, string(VirtualNetworkGateway), string(Connection), string(VPNGateway), string(VPNConnection))
	if err != nil {
		return VPNTarget{}, err
	}
	target := VPNTarget{SubscriptionID: id.SubscriptionID, ResourceGroupName: id.ResourceGroupName, Name: id.Name}
	for _, kind := range []VPNKind{VirtualNetworkGateway, Connection, VPNGateway, VPNConnection} {
		if strings.EqualFold(id.ResourceType.String(), string(kind)) {
			target.Kind = kind
		}
	}
	if target.Kind == VPNConnection {
		target.Name, target.Connection = id.Parent.Name, id.Name
	}
	return target, nil
}

// String returns the id in Resource Manager's own casing.
func (t VPNTarget) String() string {
	group := resourceGroup(t.SubscriptionID, t.ResourceGroupName)
	if t.Kind == VPNConnection {
		return group + string(VPNGateway) + "/" + t.Name + "/vpnConnections/" + t.Connection
	}
	return group + string(t.Kind) + "/" + t.Name
}

// Describe names the target for a person.
func (t VPNTarget) Describe() string {
	switch t.Kind {
	case VirtualNetworkGateway:
		return fmt.Sprintf("virtual network gateway %q", t.Name)
	case Connection:
		return fmt.Sprintf("connection %q", t.Name)
	case VPNGateway:
		return fmt.Sprintf("Virtual WAN VPN gateway %q", t.Name)
	case VPNConnection:
	}
	return fmt.Sprintf("connection %q of Virtual WAN VPN gateway %q", t.Connection, t.Name)
}

func resourceGroup(subscription, group string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/"
}

// parse reads an id of one of the types.
func parse(text, expected string, types ...string) (*arm.ResourceID, error) {
	id, err := arm.ParseResourceID(text)
	if err == nil && isSafe(text) && id.ResourceGroupName != "" && id.SubscriptionID != "" {
		for _, kind := range types {
			if strings.EqualFold(id.ResourceType.String(), kind) && strings.Count(text, "/") == 6+2*strings.Count(kind, "/") {
				return id, nil
			}
		}
	}
	var shapes []string
	for _, kind := range types {
		shape := kind + "/{name}"
		if kind == string(VPNConnection) {
			shape = string(VPNGateway) + "/{name}/vpnConnections/{name}"
		}
		shapes = append(shapes, resourceGroup("{subscription}", "{resource group}")+shape)
	}
	return nil, fmt.Errorf("%q is not the id of %s; it must look like %s", text, expected, strings.Join(shapes, ", or "))
}

// isSafe refuses what could change the meaning of a URL that the id becomes
// part of.
func isSafe(id string) bool {
	if strings.Contains(id, "//") || strings.Contains(id, "/../") || strings.Contains(id, "/./") || strings.HasSuffix(id, "/") {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar || strings.ContainsRune(`?#%\{}`, r)
	})
}
