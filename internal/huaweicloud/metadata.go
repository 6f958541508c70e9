package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
)

// metadataTimeout bounds the whole exchange with the metadata service. On a
// machine that is no ECS nothing answers at its address.
const metadataTimeout = 3 * time.Second

// agencyKey is a temporary access key of an ECS agency.
type agencyKey struct {
	key       accessKey
	expiresAt time.Time
}

// agencyCredential signs with the keys that the metadata service hands out
// to an ECS with an agency.
type agencyCredential struct {
	session  *Session
	endpoint string
	client   *http.Client
	timeout  time.Duration
	keys     memo.Memo[struct{}, agencyKey]
}

func newAgencyCredential(s *Session) (*agencyCredential, error) {
	endpoint := s.config.Endpoints.Metadata
	if endpoint == "" {
		endpoint = DefaultMetadataEndpoint
	} else if _, err := parseEndpoint("endpoints.metadata (CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT)", endpoint); err != nil {
		return nil, err
	}
	return &agencyCredential{
		session: s, endpoint: endpoint, timeout: metadataTimeout,
		client: &http.Client{
			// Without proxies: one could answer for another machine.
			Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeaders},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func (a *agencyCredential) authorize(ctx context.Context, request *http.Request, ready prepared) error {
	key, err := a.keys.Get(ctx, struct{}{}, a.fresh, a.fetch)
	if err != nil {
		return err
	}
	key.key.sign(request, ready.body, a.session.clock.Now())
	return nil
}

func (a *agencyCredential) fresh(key agencyKey) bool {
	return a.session.clock.Now().Before(key.expiresAt.Add(-renewBefore))
}

func (a *agencyCredential) renew(string) bool {
	a.keys.Forget(struct{}{}, func(agencyKey) bool { return true })
	return true
}

func (a *agencyCredential) fetch(ctx context.Context) (agencyKey, error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	key, err := a.ask(ctx)
	if err != nil {
		return agencyKey{}, noCredentialsError(a.endpoint, err)
	}
	s := a.session
	s.redactor.Add(key.key.access, key.key.secret, key.key.securityToken)
	return key, nil
}

func (a *agencyCredential) ask(ctx context.Context) (agencyKey, error) {
	token, err := a.metadataToken(ctx)
	if err != nil {
		return agencyKey{}, err
	}
	header := http.Header{}
	if token != "" {
		header.Set("X-Metadata-Token", token)
	}
	status, body, err := a.call(ctx, http.MethodGet, "/openstack/latest/securitykey", header)
	switch {
	case err != nil:
		return agencyKey{}, err
	case status == http.StatusNotFound:
		return agencyKey{}, errors.New("this ECS has no agency")
	case status != http.StatusOK:
		return agencyKey{}, fmt.Errorf("the metadata service answered %d to the request for keys", status)
	}
	var sent struct {
		Credential struct {
			Access        string    `json:"access"`
			Secret        string    `json:"secret"`
			SecurityToken string    `json:"securitytoken"`
			ExpiresAt     time.Time `json:"expires_at"`
		} `json:"credential"`
	}
	if err := json.Unmarshal(body, &sent); err != nil || sent.Credential.Access == "" || sent.Credential.Secret == "" {
		// The body holds keys, so the decoder's complaint about it stays here.
		return agencyKey{}, errors.New("the metadata service's answer holds no readable keys")
	}
	c := sent.Credential
	return agencyKey{key: accessKey{c.Access, c.Secret, c.SecurityToken}, expiresAt: c.ExpiresAt}, nil
}

// withoutToken are the answers of servers that do not know the token.
var withoutToken = []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusServiceUnavailable}

// metadataToken gets the token that hardened servers want; it is empty where
// the server does not know tokens.
func (a *agencyCredential) metadataToken(ctx context.Context) (string, error) {
	header := http.Header{"X-Metadata-Token-Ttl-Seconds": {"21600"}}
	status, body, err := a.call(ctx, http.MethodPut, "/meta-data/latest/api/token", header)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(withoutToken, status):
		return "", nil
	case status != http.StatusOK:
		return "", fmt.Errorf("the metadata service answered %d to the request for a token", status)
	}
	return strings.TrimSpace(string(body)), nil
}

func (a *agencyCredential) call(ctx context.Context, method, path string, header http.Header) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.endpoint+path, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	request.Header = header
	response, body, err := roundTrip(a.client, request) //nolint:bodyclose // roundTrip has read and closed it
	if errors.Is(err, context.DeadlineExceeded) {
		return 0, nil, fmt.Errorf("no answer within %s", a.timeout)
	}
	if err != nil {
		return 0, nil, withoutURL(err)
	}
	return response.StatusCode, body, nil
}
