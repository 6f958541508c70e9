package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// credential authenticates requests in one of the ways that Huawei Cloud
// knows.
type credential interface {
	// authorize adds the headers that authenticate a request.
	authorize(ctx context.Context, request *http.Request, ready prepared) error
	// renew drops what is cached for a region after the service refused it,
	// and reports whether a new attempt makes sense.
	renew(region string) bool
}

// credential picks the first complete kind of credentials: token, access
// key, password, and, if nothing at all is configured, the ECS agency.
func (s *Session) credential() (credential, error) {
	s.credentialOnce.Do(func() { s.credentialValue, s.credentialErr = s.pickCredential() })
	return s.credentialValue, s.credentialErr
}

func (s *Session) pickCredential() (credential, error) {
	c := s.config
	switch {
	case c.AuthToken != "":
		return readyToken(c.AuthToken), nil
	case c.AccessKey != "" && c.SecretKey != "":
		return keyCredential{session: s, key: accessKey{c.AccessKey, c.SecretKey, c.SecurityToken}}, nil
	case c.UserName != "" && c.Password != "" && c.DomainName != "":
		return &passwordCredential{session: s}, nil
	case s.nothingConfigured():
		return newAgencyCredential(s)
	}
	return nil, s.incompleteError()
}

func (s *Session) nothingConfigured() bool {
	c := s.config
	return c.AccessKey+c.SecretKey+c.SecurityToken+c.UserName+c.Password+c.DomainName == ""
}

// incompleteError names what is there and what is missing, never a value.
func (s *Session) incompleteError() error {
	c := s.config
	var missing []string
	lacks := func(value, name string) {
		if value == "" {
			missing = append(missing, name)
		}
	}
	switch {
	case c.AccessKey != "" || c.SecretKey != "":
		lacks(c.AccessKey, "access_key (HW_ACCESS_KEY)")
		lacks(c.SecretKey, "secret_key (HW_SECRET_KEY)")
	case c.UserName != "" || c.Password != "":
		lacks(c.UserName, "user_name (HW_USER_NAME)")
		lacks(c.Password, "password (HW_USER_PASSWORD)")
		lacks(c.DomainName, "domain_name (HW_DOMAIN_NAME)")
	case c.SecurityToken != "":
		missing = []string{"access_key (HW_ACCESS_KEY)", "secret_key (HW_SECRET_KEY)"}
	default:
		missing = []string{"user_name (HW_USER_NAME)", "password (HW_USER_PASSWORD)"}
	}
	return errors.New("the Huawei Cloud credentials are incomplete: set " + strings.Join(missing, " and "))
}

const lookedFor = "no Huawei Cloud credentials: looked for auth_token (HW_AUTH_TOKEN), access_key with secret_key " +
	"(HW_ACCESS_KEY, HW_SECRET_KEY), user_name with password and domain_name (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME), " +
	"and the agency of an ECS at %s: %w"

func noCredentialsError(metadataEndpoint string, cause error) error {
	if !errors.Is(cause, context.Canceled) {
		// That a machine is no ECS is no failure of a network.
		cause = errors.New(cause.Error())
	}
	return fmt.Errorf(lookedFor, metadataEndpoint, cause)
}

// readyToken is a configured token, sent as it is.
type readyToken string

func (t readyToken) authorize(_ context.Context, request *http.Request, _ prepared) error {
	request.Header.Set("X-Auth-Token", string(t))
	return nil
}

func (t readyToken) renew(string) bool { return false }

// keyCredential signs with a configured access key.
type keyCredential struct {
	session *Session
	key     accessKey
}

func (k keyCredential) authorize(_ context.Context, request *http.Request, ready prepared) error {
	k.key.sign(request, ready.body, k.session.clock.Now())
	return nil
}

func (k keyCredential) renew(string) bool { return false }
