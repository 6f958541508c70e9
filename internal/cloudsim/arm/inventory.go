package arm

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// held is a resource of the subscription, with how its own provider shows it.
type held struct {
	catalogue.Generic

	render func() any
}

// held are all resources with a location, as the list of resources has them:
// captures and connections of a Virtual WAN are not among them.
func (s *Service) held() []held {
	var all []held
	add := func(id, location string, render func() any) {
		all = append(all, held{catalogue.GenericOf(id, location), render})
	}
	for _, w := range s.inventory.watchers {
		add(w.id, w.location, func() any { return s.renderWatcher(w) })
	}
	for _, m := range s.inventory.machines {
		add(m.id, m.location, func() any { return m.described().Body("") })
		if !m.scaleSet {
			for _, extension := range m.described().Extensions("") {
				add(extension.ID, m.location, func() any { return extension })
			}
		}
	}
	for _, a := range s.inventory.accounts {
		add(a.id, a.location, func() any { return catalogue.AccountOf(a.id, a.location, a.sharedKeys) })
	}
	for _, f := range s.inventory.firewalls {
		add(f.ID, f.Location, func() any { return s.renderFirewall(f) })
	}
	for _, g := range s.inventory.gateways.All() {
		add(g.ID, g.Location, func() any { return s.renderAnyGateway(g) })
		for _, c := range g.Connections {
			if !g.VirtualWAN {
				add(c.ID, g.Location, func() any { return s.renderConnection(g, c) })
			}
		}
	}
	add(s.WorkspaceID(), Location, func() any { return catalogue.WorkspaceOf(s.WorkspaceID(), Location, logstore.SeededWorkspaceID) })
	return all
}

// listResources serves the resources of the subscription or of a group, whatever
// their provider.
func (s *Service) listResources(c *call) *refusal {
	selects, ok := catalogue.Filter(c.r.URL.Query().Get("$filter"))
	if !ok {
		return invalidFilter(c)
	}
	found := []catalogue.Generic{}
	for _, resource := range s.held() {
		if resource.IsIn(c.parameters["group"]) && selects(resource.Generic) {
			found = append(found, resource.Generic)
		}
	}
	return answerPage(c, found, maxPage)
}

// maxPage is how many resources a page of Resource Manager's own lists has at
// most.
const maxPage = 1000

// answerPage answers with the page that the request asks for, of at most most
// entries.
func answerPage[T any](c *call, items []T, most int) *refusal {
	address := *c.r.URL
	address.Scheme, address.Host = "https", c.r.Host
	page, unreadable := catalogue.Page(items, address, most)
	if unreadable != "" {
		name := strings.TrimPrefix(unreadable, "$")
		return gatewayRefusal(http.StatusBadRequest, "Invalid"+strings.ToUpper(name[:1])+name[1:]+"InQueryString",
			"Invalid %s '%s' specified in the query string.", unreadable, c.r.URL.Query().Get(unreadable))
	}
	c.answer(http.StatusOK, page)
	return nil
}

// listOf serves the resources of one type, of a group or of the subscription.
func listOf(kind string) handler {
	return func(s *Service, c *call) *refusal {
		list := catalogue.List[any]{Value: []any{}}
		for _, resource := range s.held() {
			if strings.EqualFold(resource.Type, kind) && resource.IsIn(c.parameters["group"]) {
				list.Value = append(list.Value, resource.render())
			}
		}
		c.answer(http.StatusOK, list)
		return nil
	}
}

// getOf serves a resource of one type by its name.
func getOf(kind string) handler {
	return func(s *Service, c *call) *refusal {
		for _, resource := range s.held() {
			if strings.EqualFold(resource.Type, kind) && resource.IsIn(c.parameters["group"]) && strings.EqualFold(resource.Name, c.parameters["name"]) {
				c.answer(http.StatusOK, resource.render())
				return nil
			}
		}
		return missing(kind, c.parameters["name"], c.parameters["group"])
	}
}

// listWANConnections serves the connections of one gateway.
func (s *Service) listWANConnections(c *call) *refusal {
	c.parameters["kind"] = "vpngateways"
	found, refused := s.vpnTargetOf(c)
	if refused != nil {
		return refused
	}
	list := catalogue.List[resourceBody]{Value: []resourceBody{}}
	for _, connection := range found.gateway.Connections {
		list.Value = append(list.Value, s.renderWANConnection(connection))
	}
	c.answer(http.StatusOK, list)
	return nil
}

// unknownPath answers to a path that nobody serves. parameters are of the scope
// that it begins with, which has to exist.
func unknownPath(s *Service, c *call) *refusal {
	switch asked := catalogue.WithAction(c.r); {
	case asked.Type != "" && !slices.Contains(s.servedTypes(asked.Namespace), strings.ToLower(asked.Type)):
		return unknownType(asked, c.version)
	case c.parameters["subscription"] == "" && !strings.HasPrefix(strings.ToLower(c.r.URL.Path), "/providers"):
		return gatewayRefusal(http.StatusNotFound, "MissingSubscription", "The request did not have a subscription or a valid tenant level resource provider.")
	}
	return gatewayRefusal(http.StatusNotFound, "NotFound", "No HTTP resource was found that matches the request URI 'https://%s%s'.", c.r.Host, c.r.URL.RequestURI())
}

// scopeOfPath returns the subscription and the resource group that a path begins
// with; a group that is itself the path need not exist.
func scopeOfPath(r *http.Request) map[string]string {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	parameters := map[string]string{}
	if len(segments) > 1 && strings.EqualFold(segments[0], "subscriptions") {
		parameters["subscription"] = segments[1]
		if len(segments) > 4 && strings.EqualFold(segments[2], "resourceGroups") {
			parameters["group"] = segments[3]
		}
	}
	return parameters
}
