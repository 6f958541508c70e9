package arm

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// envelope is Resource Manager's error body.
//
// Source: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
type envelope struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Code    string        `json:"code"`
	Message string        `json:"message"`
	Target  string        `json:"target,omitempty"`
	Details []errorDetail `json:"details"`
}

// refusal is an error answer.
type refusal struct {
	status int
	detail errorDetail
	// gateway marks errors of Resource Manager itself, before any provider.
	gateway bool
	// challenge goes out as WWW-Authenticate.
	challenge string
}

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, detail: errorDetail{Code: code, Message: fmt.Sprintf(format, args...), Details: []errorDetail{}}}
}

func gatewayRefusal(status int, code, format string, args ...any) *refusal {
	refused := refuse(status, code, format, args...)
	refused.gateway = true
	return refused
}

// unreadable is what Microsoft.Network answers to a body that does not fit the
// type of the resource.
func unreadable(format string, args ...any) *refusal {
	refused := refuse(http.StatusBadRequest, "InvalidRequestFormat", "Cannot parse the request.")
	refused.detail.Details = append(refused.detail.Details, errorDetail{Code: "InvalidJson", Message: fmt.Sprintf(format, args...), Details: []errorDetail{}})
	return refused
}

func notFound(id string) *refusal {
	return refuse(http.StatusNotFound, "NotFound", "Resource %s not found.", id)
}

func danglingReference(id, from string) *refusal {
	return refuse(http.StatusBadRequest, "InvalidResourceReference",
		"Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.", id, from)
}

func invalidFilter(c *call) *refusal {
	return gatewayRefusal(http.StatusBadRequest, "InvalidFilterInQueryString", "Invalid $filter '%s' specified in the query string.", c.r.URL.Query().Get("$filter"))
}

func invalidNamespace(name string) *refusal {
	return gatewayRefusal(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", name)
}

// unknownType is the answer to a type, or to an action on one, that there is not.
func unknownType(asked catalogue.Asked, version string) *refusal {
	message := fmt.Sprintf("The resource type '%s' could not be found in the namespace '%s' for api version '%s'.", asked.Type, asked.Namespace, version)
	if supported := asked.Versions(); len(supported) > 0 {
		message += fmt.Sprintf(" The supported api-versions are '%s'.", strings.Join(supported, ","))
	}
	return gatewayRefusal(http.StatusNotFound, "InvalidResourceType", "%s", message)
}

func (r *refusal) write(w http.ResponseWriter) {
	if r.gateway {
		w.Header().Set("x-ms-failure-cause", "gateway")
	}
	if r.challenge != "" {
		w.Header().Set("WWW-Authenticate", r.challenge)
	}
	simcore.WriteJSON(w, r.status, envelope{Error: r.detail})
}
