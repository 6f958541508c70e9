package arm

import (
	"net/http"
	"slices"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// The vendor's operation ids.
const (
	VirtualNetworkGatewaysGet   = "VirtualNetworkGateways_Get"
	VirtualNetworkGatewaysStart = "VirtualNetworkGateways_StartPacketCapture"
	VirtualNetworkGatewaysStop  = "VirtualNetworkGateways_StopPacketCapture"
	GatewayConnectionsGet       = "VirtualNetworkGatewayConnections_Get"
	GatewayConnectionsStart     = "VirtualNetworkGatewayConnections_StartPacketCapture"
	GatewayConnectionsStop      = "VirtualNetworkGatewayConnections_StopPacketCapture"
	VPNGatewaysGet              = "VpnGateways_Get"
	VPNGatewaysStart            = "VpnGateways_StartPacketCapture"
	VPNGatewaysStop             = "VpnGateways_StopPacketCapture"
	VPNConnectionsGet           = "VpnConnections_Get"
	VPNConnectionsStart         = "VpnConnections_StartPacketCapture"
	VPNConnectionsStop          = "VpnConnections_StopPacketCapture"
)

const (
	networkPath       = "subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.network/"
	gatewayPath       = networkPath + "virtualnetworkgateways/{name}"
	connectionPath    = networkPath + "connections/{name}"
	wanGatewayPath    = networkPath + "vpngateways/{name}"
	wanConnectionPath = wanGatewayPath + "/vpnconnections/{connection}"
)

var gatewayRoutes = slices.Concat(
	captureRoutes(gatewayPath, "virtualnetworkgateways", [3]string{VirtualNetworkGatewaysGet, VirtualNetworkGatewaysStart, VirtualNetworkGatewaysStop}),
	captureRoutes(connectionPath, "connections", [3]string{GatewayConnectionsGet, GatewayConnectionsStart, GatewayConnectionsStop}),
	captureRoutes(wanGatewayPath, "vpngateways", [3]string{VPNGatewaysGet, VPNGatewaysStart, VPNGatewaysStop}),
	captureRoutes(wanConnectionPath, "vpngateways", [3]string{VPNConnectionsGet, VPNConnectionsStart, VPNConnectionsStop}),
)

// captureRoutes are GET, start and stop of one kind.
func captureRoutes(path, kind string, names [3]string) []route {
	of := func(handle handler) handler {
		return func(s *Service, c *call) *refusal {
			c.parameters["kind"] = kind
			return handle(s, c)
		}
	}
	return []route{
		{http.MethodGet, path, names[0], of((*Service).getVPN), ""},
		{http.MethodPost, path + "/startpacketcapture", names[1], of((*Service).startVPNCapture), ""},
		{http.MethodPost, path + "/stoppacketcapture", names[2], of((*Service).stopVPNCapture), ""},
	}
}

// startBody is VpnPacketCaptureStartParameters, and with links that of a connection.
type startBody struct {
	FilterData string `json:"filterData"`
}

type linksStartBody struct {
	startBody
	linkNames
}

// stopBody is VpnPacketCaptureStopParameters.
type stopBody struct {
	SASURL string `json:"sasUrl"`
}

type linksStopBody struct {
	stopBody
	linkNames
}

type linkNames struct {
	LinkConnectionNames []string `json:"linkConnectionNames"`
}

// decodeOptional reads a body that may be absent.
func decodeOptional(c *call, into any, kind string) *refusal {
	if len(c.body) == 0 {
		return nil
	}
	return decodeBody(c, into, kind)
}

func (s *Service) startVPNCapture(c *call) *refusal {
	found, refused := s.vpnTargetOf(c)
	if refused != nil {
		return refused
	}
	var asked linksStartBody
	if c.parameters["connection"] != "" {
		refused = decodeOptional(c, &asked, "VpnConnectionPacketCaptureStartParameters")
	} else {
		refused = decodeOptional(c, &asked.startBody, "VpnPacketCaptureStartParameters")
	}
	if refused == nil {
		refused = s.checkLinks(found, asked.LinkConnectionNames)
	}
	if refused != nil {
		return refused
	}
	failure := operationFailure(c)
	var problem *vpngateway.Problem
	if failure == nil {
		problem = found.gateway.Start(found.connection, asked.FilterData, asked.LinkConnectionNames, s.core.Clock.Now())
	}
	return s.acceptVPN(c, found.gateway, failure, problem, nil)
}

func (s *Service) stopVPNCapture(c *call) *refusal {
	found, refused := s.vpnTargetOf(c)
	if refused != nil {
		return refused
	}
	var asked linksStopBody
	switch {
	case c.parameters["connection"] != "":
		refused = decodeOptional(c, &asked, "VpnConnectionPacketCaptureStopParameters")
	case found.gateway.VirtualWAN:
		refused = decodeOptional(c, &asked.stopBody, "VpnGatewayPacketCaptureStopParameters")
	default:
		refused = decodeBody(c, &asked.stopBody, "VpnPacketCaptureStopParameters")
	}
	if refused == nil {
		refused = s.checkLinks(found, asked.LinkConnectionNames)
	}
	if refused != nil {
		return refused
	}
	failure := operationFailure(c)
	var problem *vpngateway.Problem
	var store func()
	if failure == nil {
		store, problem = found.gateway.Stop(found.connection, asked.SASURL, s.core.Clock.Now())
	}
	return s.acceptVPN(c, found.gateway, failure, problem, store)
}

func (s *Service) checkLinks(target vpnTarget, names []string) *refusal {
	for _, name := range names {
		if !slices.ContainsFunc(target.connection.Links, func(l vpngateway.Link) bool { return l.Name == name }) {
			return s.invalid("linkConnectionNames", "The connection %s has no link connection %s.", target.connection.Name, name)
		}
	}
	return nil
}

// acceptVPN answers 202 with both polling addresses; the answer of a success is a
// string. What done does happens then.
func (s *Service) acceptVPN(c *call, on *vpngateway.Gateway, failure *errorDetail, problem *vpngateway.Problem, done func()) *refusal {
	if problem != nil {
		refused := refuse(http.StatusConflict, problem.Code, "%s", problem.Message)
		if problem.Request {
			return refused
		}
		failure = &refused.detail
	}
	started := s.begin(c, on.Location, failure, func(o *operation) {
		if o.failure != nil {
			return
		}
		o.body = on.Answer()
		if done != nil {
			done()
		}
	})
	if problem != nil {
		s.delay(started, problem.After)
	}
	s.accept(c, started)
	return nil
}
