package arm

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
)

// Endpoints are origins that the metadata of the cloud names.
type Endpoints struct {
	ActiveDirectory, LogAnalytics string
}

// Connect says where the cloud's other services are. Without it the metadata
// name those of the public cloud.
func (s *Service) Connect(endpoints Endpoints) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoints = endpoints
}

// The first api-versions whose metadata are a list, and are one object again.
// Before them they have another shape, which tells the locations in the last.
const (
	firstWithClouds   = "2019-05-01"
	firstWithOneCloud = "2022-09-01"
	withLocations     = "2018-01-01"
)

// bareVersion is an api-version of the metadata that is no date.
const bareVersion = "1.0"

func (s *Service) getMetadata(c *call) *refusal {
	metadata := catalogue.MetadataOf(cmp.Or(s.endpoints.ActiveDirectory, "https://login.microsoftonline.com"),
		"https://"+c.r.Host+"/", cmp.Or(s.endpoints.LogAnalytics, "https://api.loganalytics.io"))
	switch {
	case c.version < withLocations:
		c.answer(http.StatusOK, metadata.Early())
	case c.version < firstWithClouds:
		c.answer(http.StatusOK, metadata.WithLocations([]string{Location, OtherLocation}))
	case c.version < firstWithOneCloud:
		metadata.Authentication.LoginEndpoint += "/"
		c.answer(http.StatusOK, []catalogue.Metadata{metadata})
	default:
		c.answer(http.StatusOK, metadata)
	}
	return nil
}

func (s *Service) renderSubscription() catalogue.Subscription {
	return catalogue.Subscription{
		ID: "/subscriptions/" + s.subscriptionID, SubscriptionID: s.subscriptionID, TenantID: s.tokens.TenantID(),
		AuthorizationSource: "RoleBased", ManagedByTenants: []struct{}{}, DisplayName: s.SubscriptionName(), State: "Enabled",
		SubscriptionPolicies: map[string]string{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
	}
}

func (s *Service) getSubscription(c *call) *refusal {
	c.answer(http.StatusOK, s.renderSubscription())
	return nil
}

func (s *Service) listSubscriptions(c *call) *refusal {
	c.answer(http.StatusOK, catalogue.List[catalogue.Subscription]{Value: []catalogue.Subscription{s.renderSubscription()}})
	return nil
}

func (s *Service) listTenants(c *call) *refusal {
	id, domain := s.tokens.TenantID(), s.tokens.DefaultDomain()
	c.answer(http.StatusOK, catalogue.List[catalogue.Tenant]{Value: []catalogue.Tenant{{
		ID: "/tenants/" + id, TenantID: id, TenantCategory: "Home", DisplayName: "cloudsim",
		DefaultDomain: domain, Domains: []string{domain}, TenantType: "AAD",
	}}})
	return nil
}

// locations maps the locations to their names for people.
var locations = map[string]string{Location: "West Europe", OtherLocation: "North Europe"}

func (s *Service) listLocations(c *call) *refusal {
	list := catalogue.List[catalogue.Location]{Value: []catalogue.Location{}}
	for _, name := range []string{Location, OtherLocation} {
		list.Value = append(list.Value, catalogue.Location{
			ID: "/subscriptions/" + s.subscriptionID + "/locations/" + name, Name: name, Type: "Region",
			DisplayName: locations[name], RegionalDisplayName: "(Europe) " + locations[name],
			Metadata: map[string]string{"regionType": "Physical", "regionCategory": "Recommended", "geographyGroup": "Europe"},
		})
	}
	c.answer(http.StatusOK, list)
	return nil
}

func (s *Service) renderGroup(name string) catalogue.Group {
	return catalogue.Group{
		ID: "/subscriptions/" + s.subscriptionID + "/resourceGroups/" + name, Name: name,
		Type: "Microsoft.Resources/resourceGroups", Location: Location,
		Properties: map[string]string{"provisioningState": provisioningSucceeded},
	}
}

// getGroup answers with the group; that there is one was checked before.
func (s *Service) getGroup(c *call) *refusal {
	for _, name := range s.inventory.groups {
		if strings.EqualFold(name, c.parameters["group"]) {
			c.answer(http.StatusOK, s.renderGroup(name))
		}
	}
	return nil
}

func (s *Service) checkGroup(c *call) *refusal {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Service) listGroups(c *call) *refusal {
	selects, ok := catalogue.Filter(c.r.URL.Query().Get("$filter"))
	if !ok {
		return invalidFilter(c)
	}
	groups := []catalogue.Group{}
	for _, name := range s.inventory.groups {
		group := s.renderGroup(name)
		if selects(catalogue.Generic{ID: group.ID, Name: name, Type: group.Type, Location: group.Location}) {
			groups = append(groups, group)
		}
	}
	return answerPage(c, groups, maxPage)
}

// renderProvider describes a provider, to the subscription in the state of its
// registration or, if the request names none, to the tenant.
func (s *Service) renderProvider(c *call, namespace, state string) catalogue.Provider {
	body := catalogue.Provider{ID: "/providers/" + namespace, Namespace: namespace, ResourceTypes: []catalogue.ProviderType{}}
	if c.parameters["subscription"] != "" {
		body.ID = "/subscriptions/" + s.subscriptionID + body.ID
		body.RegistrationPolicy, body.RegistrationState = "RegistrationRequired", state
	}
	for _, name := range s.servedTypes(namespace) {
		newestFirst := slices.Clone(catalogue.Asked{Namespace: namespace, Type: name}.Versions())
		slices.Reverse(newestFirst)
		body.ResourceTypes = append(body.ResourceTypes, catalogue.ProviderType{
			ResourceType: name, Locations: []string{locations[Location], locations[OtherLocation]}, APIVersions: newestFirst, Capabilities: "None",
		})
	}
	return body
}

func (s *Service) listProviders(c *call) *refusal {
	list := catalogue.List[catalogue.Provider]{Value: []catalogue.Provider{}}
	for _, namespace := range catalogue.Namespaces {
		list.Value = append(list.Value, s.renderProvider(c, namespace, s.registrations.State(namespace)))
	}
	c.answer(http.StatusOK, list)
	return nil
}

// withProvider serves a provider; do returns the state that its answer shows.
func withProvider(do func(*catalogue.Registrations, string) string) handler {
	return func(s *Service, c *call) *refusal {
		namespace := catalogue.Find(c.parameters["namespace"])
		if namespace == "" {
			return invalidNamespace(c.parameters["namespace"])
		}
		c.answer(http.StatusOK, s.renderProvider(c, namespace, do(&s.registrations, namespace)))
		return nil
	}
}

// unregisterProvider refuses a namespace of which there are resources, as
// documented; with which code, is not.
//
// Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
func (s *Service) unregisterProvider(c *call) *refusal {
	namespace := catalogue.Find(c.parameters["namespace"])
	if namespace == "" {
		return invalidNamespace(c.parameters["namespace"])
	}
	if slices.ContainsFunc(s.held(), func(h held) bool { return strings.HasPrefix(h.Type, namespace+"/") }) {
		return gatewayRefusal(http.StatusConflict, "Conflict", "The resource provider '%s' cannot be unregistered: the subscription has resources of its types.", namespace)
	}
	return withProvider((*catalogue.Registrations).Unregister)(s, c)
}

// servedTypes are the types of a namespace that routes carry, in lower case.
func (s *Service) servedTypes(namespace string) []string {
	var types []string
	for _, route := range s.routes {
		if name := catalogue.TypeOfPattern(route.method, route.path, namespace); name != "" && !slices.Contains(types, name) {
			types = append(types, name)
		}
	}
	return types
}

// checkVersion refuses an api-version that what is asked for does not have.
func (s *Service) checkVersion(c *call) *refusal {
	asked := catalogue.AskedBy(c.r)
	supported := asked.Versions()
	if _, metadata := match(metadataPath, c.r.URL.EscapedPath()); metadata && c.version == bareVersion {
		return nil // It is a version of nothing else.
	}
	known := slices.Contains(supported, c.version)
	switch {
	case asked.Type != "" && catalogue.Find(asked.Namespace) == "":
		return invalidNamespace(asked.Namespace)
	case !versionShape.MatchString(c.version), asked.Type == "" && !known:
		return gatewayRefusal(http.StatusBadRequest, "InvalidApiVersionParameter", "The api-version '%s' is invalid. The supported versions are '%s'.", c.version, strings.Join(supported, ","))
	case asked.Type == "":
		return nil
	case !slices.Contains(s.servedTypes(asked.Namespace), strings.ToLower(asked.Type)):
		return unknownType(asked, c.version)
	case !known:
		return gatewayRefusal(http.StatusBadRequest, s.switches.Get(SwitchUnknownVersionCode),
			"No registered resource provider found for location '%s' and API version '%s' for type '%s'. The supported api-versions are '%s'. The supported locations are '%s, %s'.",
			Location, c.version, asked.Type, strings.Join(supported, ", "), Location, OtherLocation)
	}
	return nil
}
