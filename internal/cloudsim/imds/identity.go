package imds

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// tokenAnswer has strings only, as the real one.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	ClientID     string `json:"client_id"`
	ExpiresIn    string `json:"expires_in"`
	ExpiresOn    string `json:"expires_on"`
	ExtExpiresIn string `json:"ext_expires_in"`
	NotBefore    string `json:"not_before"`
	Resource     string `json:"resource"`
	TokenType    string `json:"token_type"`
}

func (s *Service) getToken(w http.ResponseWriter, c call) {
	selectors := slices.DeleteFunc([]string{"client_id", "object_id", "msi_res_id"}, func(name string) bool { return !c.query.Has(name) })
	resource := c.query.Get("resource")
	switch {
	case resource == "":
		identityFamily.refuse(w, http.StatusBadRequest, "Required query variable 'resource' is missing")
		return
	case len(selectors) > 1:
		identityFamily.refuse(w, http.StatusBadRequest, "Only one of client_id, object_id and msi_res_id can be given")
		return
	case s.tokens == nil, len(selectors) == 1 && (selectors[0] != "client_id" || c.query.Get("client_id") != s.options.ClientID):
		identityFamily.refuse(w, http.StatusBadRequest, "Identity not found")
		return
	}
	now := s.core.Clock.Now()
	token, expiresOn, err := s.tokens.IssueToken(resource, s.options.ClientID)
	if err != nil {
		simcore.WriteJSON(w, http.StatusBadRequest, identityError{
			Error:       "invalid_resource",
			Description: "AADSTS50001: The application named " + resource + " was not found in the tenant named " + s.options.TenantID + ".",
		})
		return
	}
	seconds := func(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
	simcore.WriteJSON(w, http.StatusOK, tokenAnswer{
		AccessToken: token, ClientID: s.options.ClientID,
		ExpiresIn: seconds(expiresOn.Sub(now)), ExpiresOn: strconv.FormatInt(expiresOn.Unix(), 10),
		ExtExpiresIn: seconds(expiresOn.Sub(now)), NotBefore: strconv.FormatInt(now.Unix(), 10),
		Resource: resource, TokenType: "Bearer",
	})
}

func (s *Service) getIdentityInfo(w http.ResponseWriter, _ call) {
	simcore.WriteJSON(w, http.StatusOK, struct {
		TenantID string `json:"tenantId"`
	}{s.options.TenantID})
}
