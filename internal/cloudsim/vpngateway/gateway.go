// Package vpngateway simulates the packet captures of VPN gateways, their
// connections, and those of Virtual WAN: between start and stop the service tells
// nothing, and the files are written at stop. It knows nothing of HTTP: package arm
// serves it.
//
// Source: https://learn.microsoft.com/azure/vpn-gateway/packet-capture
package vpngateway

import (
	"net/netip"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Storage is where captures are uploaded.
type Storage interface {
	// Upload finds the container of a SAS that permits writing at that time. Its
	// error says why there is none.
	Upload(sasURL string, at time.Time) (blob.Container, error)
}

// Gateway is a virtual network gateway, or a site-to-site gateway of Virtual WAN.
// The caller keeps calls apart.
type Gateway struct {
	Target

	Location string
	// VirtualWAN is false for virtual network gateways.
	VirtualWAN bool
	// Type is Vpn or ExpressRoute; PolicyBased gateways know no captures either.
	Type        string
	PolicyBased bool
	// Public are the addresses of the instances: two if both are active.
	Public      []netip.Addr
	Connections []*Connection

	switches *simcore.Switches
	storage  Storage
	files    []blob.Blob
}

// Target is what captures run on, one at a time.
type Target struct {
	ID, Name string

	session *session
}

// Connection is one of a gateway's.
type Connection struct {
	Target

	// Links are the site's; those of virtual network gateways have one without a name.
	Links []Link
}

// Link is a tunnel from every instance to a device at a site.
type Link struct {
	Name string
	// Peer is the device's public address.
	Peer netip.Addr
	// Host is a machine at the site.
	Host netip.Addr
	spi  uint32
}

// Inventory are the seeded gateways.
type Inventory struct {
	// VirtualNetwork are an active-active, a single, a policy-based and an
	// ExpressRoute gateway. The first has five connections, the second one.
	VirtualNetwork []*Gateway
	// VirtualWAN is one gateway with two connections, of two links and of one.
	VirtualWAN []*Gateway
}

const (
	typeVPN          = "Vpn"
	typeExpressRoute = "ExpressRoute"
)

// New returns the seeded gateways of a resource group.
func New(groupID string, switches *simcore.Switches, storage Storage) Inventory {
	network := groupID + "/providers/Microsoft.Network/"
	site := byte(0)
	link := func(name string) Link {
		site++
		return Link{
			Name: name, Peer: netip.AddrFrom4([4]byte{203, 0, 113, 100 + site}), Host: netip.AddrFrom4([4]byte{192, 168, 10 * site, 4}),
			spi: uint32(site) << 8,
		}
	}
	gateway := func(name, kind string, number byte, instances int) *Gateway {
		g := &Gateway{Target: Target{ID: network + "virtualNetworkGateways/" + name, Name: name}, Location: "westeurope", Type: kind, switches: switches, storage: storage}
		for instance := range instances {
			g.Public = append(g.Public, netip.AddrFrom4([4]byte{20, 50, number, byte(10 + instance)}))
		}
		return g
	}
	connection := func(g *Gateway, name string, links ...Link) {
		id := network + "connections/" + name
		if g.VirtualWAN {
			id = g.ID + "/vpnConnections/" + name
		}
		g.Connections = append(g.Connections, &Connection{Target: Target{ID: id, Name: name}, Links: links})
	}
	activeActive, single := gateway("vpngw", typeVPN, 10, 2), gateway("vpngw-single", typeVPN, 11, 1)
	for _, name := range []string{"vpn-berlin", "vpn-paris", "vpn-oslo", "vpn-rome", "vpn-wien"} {
		connection(activeActive, name, link(""))
	}
	connection(single, "vpn-single", link(""))
	policyBased, expressRoute := gateway("vpngw-policy-based", typeVPN, 12, 1), gateway("ergw", typeExpressRoute, 13, 1)
	policyBased.PolicyBased = true
	wan := gateway("wan-vpngw", typeVPN, 14, 2)
	wan.VirtualWAN, wan.ID = true, network+"vpnGateways/wan-vpngw"
	connection(wan, "wan-berlin", link("link-fibre"), link("link-mobile"))
	connection(wan, "wan-paris", link("link-fibre"))
	return Inventory{[]*Gateway{activeActive, single, policyBased, expressRoute}, []*Gateway{wan}}
}

// All returns the gateways.
func (i Inventory) All() []*Gateway {
	return append(append([]*Gateway{}, i.VirtualNetwork...), i.VirtualWAN...)
}

// State is a gateway or a connection in the control API's state.
type State struct {
	ID string `json:"id"`
	// Running is whether a capture runs, StartedAt since when.
	Running   bool      `json:"running"`
	StartedAt time.Time `json:"startedAt,omitzero"`
}

func (t *Target) state() State {
	if t.session == nil {
		return State{ID: t.ID}
	}
	return State{t.ID, true, t.session.started}
}

// States are those of the gateway and of its connections.
func (g *Gateway) States() []State {
	states := []State{g.state()}
	for _, c := range g.Connections {
		states = append(states, c.state())
	}
	return states
}
