package aad

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The operations' names in the journal and in faults.
const (
	OperationOpenIDConfiguration = "OpenIDConfiguration"
	OperationInstanceDiscovery   = "InstanceDiscovery"
	OperationToken               = "Token"
	OperationKeys                = "Keys"
)

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{OperationOpenIDConfiguration, OperationInstanceDiscovery, OperationToken, OperationKeys}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	tenant := tenantOf(r)
	rest := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"+tenant), "/"))
	operation := simcore.Operation{}
	var method string
	switch rest {
	case "v2.0/.well-known/openid-configuration":
		operation, method = simcore.Operation{Name: OperationOpenIDConfiguration, Handle: s.openIDConfiguration}, http.MethodGet
	case "discovery/instance":
		operation, method = simcore.Operation{Name: OperationInstanceDiscovery, Handle: s.instanceDiscovery}, http.MethodGet
	case "discovery/v2.0/keys":
		operation, method = simcore.Operation{Name: OperationKeys, Handle: s.keys}, http.MethodGet
	case "oauth2/v2.0/token":
		operation, method = simcore.Operation{Name: OperationToken, Handle: s.token}, http.MethodPost
	default:
		return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) {
			refused := invalidRequest(9002313, "Invalid request. Request is malformed or invalid.")
			refused.status = http.StatusNotFound
			s.refuse(w, refused)
		}}
	}
	handle := operation.Handle
	operation.Handle = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store, no-cache")
		w.Header().Set("x-ms-request-id", uuid.NewString())
		if method != r.Method {
			s.refuse(w, invalidRequest(900561, "The endpoint only accepts %s requests. Received a %s request.", method, r.Method))
			return
		}
		if refused := s.checkTenant(tenant, operation.Name); refused != nil {
			s.refuse(w, refused)
			return
		}
		handle(w, r)
	}
	return operation
}

// sharedTenants stand for any tenant in documents, which hold the same for all.
//
// Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri
var sharedTenants = []string{"common", "organizations"}

func isShared(tenant string) bool { return slices.Contains(sharedTenants, strings.ToLower(tenant)) }

func (s *Service) checkTenant(tenant, operation string) *refusal {
	switch {
	case strings.EqualFold(tenant, s.tenantID), strings.EqualFold(tenant, defaultDomain):
		return nil
	case !isShared(tenant):
	case operation == OperationToken:
		// A client that signs in as itself belongs to one tenant.
		return invalidRequest(50059, "No tenant-identifying information found in either the request or implied by any provided credentials.")
	default:
		return nil
	}
	refused := invalidRequest(90002, "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", tenant)
	if operation == OperationOpenIDConfiguration {
		refused.name = "invalid_tenant"
	}
	return refused
}

// tenantOf is the first segment of a request's path.
func tenantOf(r *http.Request) string {
	tenant, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return tenant
}

func origin(r *http.Request) string {
	if r.TLS == nil {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}

type openIDConfiguration struct {
	TokenEndpoint         string   `json:"token_endpoint"`
	TokenEndpointAuth     []string `json:"token_endpoint_auth_methods_supported"`
	JWKSURI               string   `json:"jwks_uri"`
	ResponseModes         []string `json:"response_modes_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	IDTokenSigningAlgs    []string `json:"id_token_signing_alg_values_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	Scopes                []string `json:"scopes_supported"`
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TenantRegionScope     string   `json:"tenant_region_scope"`
	CloudInstanceName     string   `json:"cloud_instance_name"`
}

// openIDConfiguration answers with an issuer on the authority's own host:
// MSAL refuses any other for a host that it does not know. Of a shared tenant the
// issuer is a template.
func (s *Service) openIDConfiguration(w http.ResponseWriter, r *http.Request) {
	base := origin(r) + "/" + s.tenantID
	issuer := base + "/v2.0"
	if tenant := tenantOf(r); isShared(tenant) {
		base, issuer = origin(r)+"/"+strings.ToLower(tenant), origin(r)+"/{tenantid}/v2.0"
	}
	simcore.WriteJSON(w, http.StatusOK, openIDConfiguration{
		TokenEndpoint:         base + "/oauth2/v2.0/token",
		TokenEndpointAuth:     []string{"client_secret_post", "private_key_jwt"},
		JWKSURI:               base + "/discovery/v2.0/keys",
		ResponseModes:         []string{"query", "fragment", "form_post"},
		SubjectTypes:          []string{"pairwise"},
		IDTokenSigningAlgs:    []string{"ES256"},
		ResponseTypes:         []string{"code", "id_token", "token"},
		Scopes:                []string{"openid", "profile", "email", "offline_access"},
		Issuer:                issuer,
		AuthorizationEndpoint: base + "/oauth2/v2.0/authorize",
		TenantRegionScope:     "EU",
		CloudInstanceName:     "microsoftonline.com",
	})
}

type instanceMetadata struct {
	PreferredNetwork string   `json:"preferred_network"`
	PreferredCache   string   `json:"preferred_cache"`
	Aliases          []string `json:"aliases"`
}

type instanceDiscovery struct {
	TenantDiscoveryEndpoint string             `json:"tenant_discovery_endpoint"`
	APIVersion              string             `json:"api-version"`
	Metadata                []instanceMetadata `json:"metadata"`
}

func (s *Service) instanceDiscovery(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("api-version") != "1.0" && query.Get("api-version") != "1.1" {
		s.refuse(w, missingParameter("api-version"))
		return
	}
	authorize := query.Get("authorization_endpoint")
	if authorize == "" {
		s.refuse(w, missingParameter("authorization_endpoint"))
		return
	}
	if !strings.HasPrefix(strings.ToLower(authorize), origin(r)+"/") {
		refused := invalidRequest(50049, "Unknown or invalid instance.")
		refused.name = "invalid_instance"
		s.refuse(w, refused)
		return
	}
	tenant, _, _ := strings.Cut(strings.ToLower(authorize)[len(origin(r))+1:], "/")
	if !isShared(tenant) {
		tenant = s.tenantID
	}
	simcore.WriteJSON(w, http.StatusOK, instanceDiscovery{
		TenantDiscoveryEndpoint: origin(r) + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		APIVersion:              query.Get("api-version"),
		Metadata:                []instanceMetadata{{PreferredNetwork: r.Host, PreferredCache: r.Host, Aliases: []string{r.Host}}},
	})
}

type jsonWebKey struct {
	KeyType string `json:"kty"`
	Use     string `json:"use"`
	KeyID   string `json:"kid"`
	Curve   string `json:"crv"`
	X       string `json:"x"`
	Y       string `json:"y"`
}

type jsonWebKeySet struct {
	Keys []jsonWebKey `json:"keys"`
}

func (s *Service) keys(w http.ResponseWriter, _ *http.Request) {
	point, err := s.tokenKey.PublicKey.Bytes()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// An uncompressed point: one byte of format, then both coordinates.
	x, y := point[1:33], point[33:65]
	simcore.WriteJSON(w, http.StatusOK, jsonWebKeySet{Keys: []jsonWebKey{{
		KeyType: "EC", Use: "sig", KeyID: tokenKeyID, Curve: "P-256",
		X: base64.RawURLEncoding.EncodeToString(x), Y: base64.RawURLEncoding.EncodeToString(y),
	}}})
}
