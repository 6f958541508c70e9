package arm

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// resourceBody is a resource as answers show it.
type resourceBody struct {
	Name       string `json:"name"`
	ID         string `json:"id"`
	ETag       string `json:"etag"`
	Type       string `json:"type"`
	Location   string `json:"location,omitempty"`
	Properties any    `json:"properties"`
}

// reference is SubResource of the published definitions.
type reference struct {
	ID string `json:"id"`
}

func missingResource(kind, name, group string) *refusal {
	return missing("Microsoft.Network/"+kind, name, group)
}

// missing is the answer to a resource that there is not, of a type that there is.
func missing(kind, name, group string) *refusal {
	return gatewayRefusal(http.StatusNotFound, "ResourceNotFound",
		"The Resource '%s/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix", kind, name, group)
}

// id is the id of a resource in the request's group.
func (s *Service) idOf(c *call, rest string) string {
	return "/subscriptions/" + s.subscriptionID + "/resourceGroups/" + c.parameters["group"] + "/providers/Microsoft.Network/" + rest
}

// vpnTarget is a gateway, or one of its connections.
type vpnTarget struct {
	gateway    *vpngateway.Gateway
	connection *vpngateway.Connection
}

// vpnTargetOf finds what the request's path names.
func (s *Service) vpnTargetOf(c *call) (vpnTarget, *refusal) {
	name := c.parameters["name"]
	var kind, rest string
	switch {
	case c.parameters["connection"] != "":
		kind, rest = "vpnGateways", "vpnGateways/"+name+"/vpnConnections/"+c.parameters["connection"]
	case c.parameters["kind"] == "vpngateways":
		kind, rest = "vpnGateways", "vpnGateways/"+name
	case c.parameters["kind"] == "connections":
		kind, rest = "connections", "connections/"+name
	default:
		kind, rest = "virtualNetworkGateways", "virtualNetworkGateways/"+name
	}
	id := s.idOf(c, rest)
	for _, gateway := range s.inventory.gateways.All() {
		if strings.EqualFold(gateway.ID, id) {
			return vpnTarget{gateway: gateway}, nil
		}
		if found := find(gateway.Connections, func(c *vpngateway.Connection) bool { return strings.EqualFold(c.ID, id) }); found != nil {
			return vpnTarget{gateway, found}, nil
		}
	}
	if c.parameters["connection"] != "" && slices.ContainsFunc(s.inventory.gateways.VirtualWAN, func(g *vpngateway.Gateway) bool { return strings.EqualFold(g.Name, name) }) {
		return vpnTarget{}, notFound(id)
	}
	return vpnTarget{}, missingResource(kind, name, c.parameters["group"])
}

func (s *Service) getVPN(c *call) *refusal {
	found, refused := s.vpnTargetOf(c)
	switch {
	case refused != nil:
		return refused
	case found.connection != nil && found.gateway.VirtualWAN:
		c.answer(http.StatusOK, s.renderWANConnection(found.connection))
	case found.connection != nil:
		c.answer(http.StatusOK, s.renderConnection(found.gateway, found.connection))
	default:
		c.answer(http.StatusOK, s.renderAnyGateway(found.gateway))
	}
	return nil
}

func (s *Service) renderConnection(g *vpngateway.Gateway, c *vpngateway.Connection) resourceBody {
	return s.resource(c.ID, "Microsoft.Network/connections", g.Location, map[string]any{
		"provisioningState": provisioningSucceeded, "connectionType": "IPsec", "connectionStatus": "Connected",
		"virtualNetworkGateway1": reference{s.casing(g.ID, g.ID)},
	})
}

func (s *Service) renderAnyGateway(g *vpngateway.Gateway) resourceBody {
	if g.VirtualWAN {
		return s.renderWANGateway(g)
	}
	return s.renderGateway(g)
}

func (s *Service) resource(id, kind, location string, properties any) resourceBody {
	return resourceBody{Name: path.Base(id), ID: s.casing(id, id), ETag: s.etag, Type: kind, Location: location, Properties: properties}
}

func (s *Service) renderGateway(g *vpngateway.Gateway) resourceBody {
	kind, tier := "RouteBased", "VpnGw2AZ"
	switch {
	case g.PolicyBased:
		kind, tier = "PolicyBased", "Basic"
	case g.Type == "ExpressRoute":
		tier = "ErGw1AZ"
	}
	return s.resource(g.ID, "Microsoft.Network/virtualNetworkGateways", g.Location, map[string]any{
		"provisioningState": provisioningSucceeded, "gatewayType": g.Type, "vpnType": kind, "activeActive": len(g.Public) > 1,
		"sku": map[string]any{"name": tier, "tier": tier, "capacity": 2},
	})
}

func (s *Service) renderWANGateway(g *vpngateway.Gateway) resourceBody {
	connections := []resourceBody{}
	for _, c := range g.Connections {
		connections = append(connections, s.renderWANConnection(c))
	}
	hub := strings.TrimSuffix(g.ID, "vpnGateways/"+g.Name) + "virtualHubs/wan-hub"
	return s.resource(g.ID, "Microsoft.Network/vpnGateways", g.Location, map[string]any{
		"provisioningState": provisioningSucceeded, "vpnGatewayScaleUnit": 1, "virtualHub": reference{s.casing(hub, hub)}, "connections": connections,
	})
}

func (s *Service) renderWANConnection(c *vpngateway.Connection) resourceBody {
	const linkType = "Microsoft.Network/vpnGateways/vpnConnections/vpnLinkConnections"
	links := []resourceBody{}
	for _, link := range c.Links {
		links = append(links, s.resource(c.ID+"/vpnLinkConnections/"+link.Name, linkType, "", map[string]any{
			"provisioningState": provisioningSucceeded, "connectionStatus": "Connected",
		}))
	}
	return s.resource(c.ID, "Microsoft.Network/vpnGateways/vpnConnections", "", map[string]any{
		"provisioningState": provisioningSucceeded, "connectionStatus": "Connected", "vpnLinkConnections": links,
	})
}

// gatewayIDs are those that deleteGateway takes.
func (s *Service) gatewayIDs() []string {
	var ids []string
	for _, firewall := range s.inventory.firewalls {
		ids = append(ids, firewall.ID)
	}
	for _, gateway := range slices.Concat(s.inventory.gateways.VirtualNetwork, s.inventory.gateways.VirtualWAN) {
		ids = append(ids, gateway.ID)
		for _, connection := range gateway.Connections {
			ids = append(ids, connection.ID)
		}
	}
	return ids
}

// deleteGateway removes a firewall, a gateway or a connection; its files stay.
func (s *Service) deleteGateway(id string) bool {
	isFirewall := func(f *azurefirewall.Firewall) bool { return strings.EqualFold(f.ID, id) }
	if found := find(s.inventory.firewalls, isFirewall); found != nil {
		s.keptBlobs = append(s.keptBlobs, found.Blobs(s.core.Clock.Now())...)
		s.inventory.firewalls = slices.DeleteFunc(s.inventory.firewalls, isFirewall)
		return true
	}
	isGateway := func(g *vpngateway.Gateway) bool { return strings.EqualFold(g.ID, id) }
	for _, list := range []*[]*vpngateway.Gateway{&s.inventory.gateways.VirtualNetwork, &s.inventory.gateways.VirtualWAN} {
		if found := find(*list, isGateway); found != nil {
			s.keptBlobs = append(s.keptBlobs, found.Blobs()...)
			*list = slices.DeleteFunc(*list, isGateway)
			return true
		}
		for _, gateway := range *list {
			before := len(gateway.Connections)
			gateway.Connections = slices.DeleteFunc(gateway.Connections, func(c *vpngateway.Connection) bool { return strings.EqualFold(c.ID, id) })
			if len(gateway.Connections) < before {
				return true
			}
		}
	}
	return false
}
