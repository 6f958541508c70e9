package arm

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// call is one request with what its handler needs.
type call struct {
	w          http.ResponseWriter
	r          *http.Request
	body       []byte
	version    string
	requestID  string
	parameters map[string]string
}

const maxBody = 4 << 20

// entry does what Resource Manager does before a provider sees the request:
// request ids, authentication, api-version, subscription and resource group.
func (s *Service) entry(parameters map[string]string, handle handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r, parameters: parameters, requestID: uuid.NewString(), version: r.URL.Query().Get("api-version")}
		c.setRequestIDs()
		refused := s.admit(c)
		if refused == nil {
			refused = c.readBody()
		}
		if refused == nil {
			refused = s.serve(c, handle)
		}
		if refused != nil {
			refused.write(w)
		}
	}
}

func (s *Service) serve(c *call, handle handler) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if refused := s.checkScope(c); refused != nil {
		return refused
	}
	return handle(s, c)
}

func (c *call) setRequestIDs() {
	correlation := c.r.Header.Get("x-ms-correlation-request-id")
	if uuid.Validate(correlation) != nil {
		correlation = uuid.NewString()
	}
	header := c.w.Header()
	header.Set("x-ms-request-id", c.requestID)
	header.Set("x-ms-correlation-request-id", correlation)
	header.Set("Cache-Control", "no-cache")
	if strings.EqualFold(c.r.Header.Get("x-ms-return-client-request-id"), "true") {
		header.Set("x-ms-client-request-id", c.r.Header.Get("x-ms-client-request-id"))
	}
}

func (c *call) readBody() *refusal {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	if err != nil {
		return gatewayRefusal(http.StatusRequestEntityTooLarge, "RequestContentTooLarge", "The request content size exceeds the maximum size of '%d' bytes.", maxBody)
	}
	c.body = body
	return nil
}

func (s *Service) admit(c *call) *refusal {
	if _, open := match(metadataPath, c.r.URL.EscapedPath()); !open {
		if refused := s.checkToken(c.r); refused != nil {
			return refused
		}
	}
	if c.version == "" {
		return gatewayRefusal(http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
	}
	return s.checkVersion(c)
}

func (s *Service) checkToken(r *http.Request) *refusal {
	token, isBearer := simcore.Bearer(r.Header)
	if !isBearer || token == "" {
		refused := gatewayRefusal(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
		refused.challenge = s.challenge("The authentication failed because of missing 'Authorization' header.")
		return refused
	}
	err := s.tokens.Verify(token, s.audiences...)
	var refused *refusal
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired):
		refused = gatewayRefusal(http.StatusUnauthorized, "ExpiredAuthenticationToken", "The access token expiry time is earlier than current UTC time '%s'.", s.core.Clock.Now().Format(http.TimeFormat))
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		refused = gatewayRefusal(http.StatusUnauthorized, "InvalidAuthenticationTokenAudience", "The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences '%s'.", strings.Join(s.audiences, "','"))
	default:
		refused = gatewayRefusal(http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
	}
	refused.challenge = s.challenge("The access token is invalid.")
	return refused
}

func (s *Service) challenge(description string) string {
	return `Bearer authorization_uri="https://login.windows.net/` + s.tokens.TenantID() + `", error="invalid_token", error_description="` + description + `"`
}

func (s *Service) checkScope(c *call) *refusal {
	subscription, scoped := c.parameters["subscription"]
	if !scoped {
		return nil
	}
	if uuid.Validate(subscription) != nil {
		return gatewayRefusal(http.StatusBadRequest, "InvalidSubscriptionId", "The provided subscription identifier '%s' is malformed or invalid.", subscription)
	}
	if !strings.EqualFold(subscription, s.subscriptionID) {
		return gatewayRefusal(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", subscription)
	}
	if group, grouped := c.parameters["group"]; grouped && !s.inventory.hasGroup(group) {
		return gatewayRefusal(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", group)
	}
	return nil
}

// answer sends a JSON body.
func (c *call) answer(status int, body any) {
	simcore.WriteJSON(c.w, status, body)
}

var versionShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// The last version without scope and targetType, and the first with
// continuousCapture, captureSettings and localPath.
const (
	lastWithoutScope    = "2021-03-01"
	firstWithContinuous = "2023-11-01"
	// lastWithTextJSON consumes text/json too; 2018-06-01 no longer does.
	lastWithTextJSON = "2017-03-01"
)
