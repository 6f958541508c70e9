package aad

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

type tokenBody struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
}

// token serves the client credentials grant.
func (s *Service) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if simcore.MediaType(r.Header) != "application/x-www-form-urlencoded" {
		s.refuse(w, missingParameter("grant_type"))
		return
	}
	if err := r.ParseForm(); err != nil {
		s.refuse(w, invalidRequest(900023, "The request body is malformed."))
		return
	}
	resource, refused := s.checkTokenRequest(r.PostForm, origin(r))
	if refused != nil {
		s.refuse(w, refused)
		return
	}
	token, err := s.IssueToken(resource, s.clientID)
	if err != nil {
		s.refuse(w, &refusal{status: http.StatusBadRequest, name: "invalid_resource", code: 500011, text: fmt.Sprintf(
			"The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", resource, s.tenantID)})
		return
	}
	seconds := int(token.ExpiresIn.Seconds())
	simcore.WriteJSON(w, http.StatusOK, tokenBody{
		TokenType: "Bearer", ExpiresIn: seconds - 1, ExtExpiresIn: seconds - 1, AccessToken: token.AccessToken,
	})
}

// checkTokenRequest returns the resource that the client may have a token for.
func (s *Service) checkTokenRequest(form url.Values, authority string) (resource string, refused *refusal) {
	switch form.Get("grant_type") {
	case "client_credentials":
	case "":
		return "", missingParameter("grant_type")
	default:
		return "", &refusal{status: http.StatusBadRequest, name: "unsupported_grant_type", code: 70003,
			text: fmt.Sprintf("The app requested an unsupported grant type '%s'.", form.Get("grant_type"))}
	}
	if form.Get("client_id") == "" {
		return "", missingParameter("client_id")
	}
	if !s.isRegistered(form.Get("client_id")) {
		return "", &refusal{status: http.StatusBadRequest, name: "unauthorized_client", code: 700016, text: fmt.Sprintf(
			"Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
			form.Get("client_id"), s.tenantID)}
	}
	if refused := s.authenticate(form, authority); refused != nil {
		return "", refused
	}
	return resourceOfScope(form.Get("scope"))
}

func (s *Service) isRegistered(clientID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registered && strings.EqualFold(clientID, s.clientID)
}

func (s *Service) authenticate(form url.Values, authority string) *refusal {
	if secret := form.Get("client_secret"); secret != "" {
		if subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) == 1 {
			return nil
		}
		return invalidClient(7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", s.clientID)
	}
	assertion := form.Get("client_assertion")
	if assertion == "" {
		return invalidClient(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	}
	if form.Get("client_assertion_type") != assertionType {
		return missingParameter("client_assertion_type")
	}
	return s.checkAssertion(assertion, authority+"/"+s.tenantID+"/oauth2/v2.0/token", authority+"/"+defaultDomain+"/oauth2/v2.0/token")
}

// openIDScopes may stand beside the resource; MSAL always sends them.
var openIDScopes = []string{"openid", "offline_access", "profile"}

func resourceOfScope(scope string) (string, *refusal) {
	if scope == "" {
		return "", missingParameter("scope")
	}
	var resources []string
	for _, part := range strings.Fields(scope) {
		if slices.Contains(openIDScopes, part) {
			continue
		}
		resource, isDefault := strings.CutSuffix(part, "/.default")
		if !isDefault || resource == "" {
			return "", invalidScope(1002012, "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", scope)
		}
		resources = append(resources, resource)
	}
	if len(resources) != 1 {
		return "", invalidScope(28000, "Provided value for the input parameter scope is not valid because it does not contain exactly one resource. Scope %s is not valid.", scope)
	}
	return resources[0], nil
}

func invalidScope(code int, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, name: "invalid_scope", code: code, text: fmt.Sprintf(format, args...)}
}
