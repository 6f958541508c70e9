package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
)

// renewBefore is how long before its end a token or key is replaced, so that
// it does not end on the way.
const renewBefore = 5 * time.Minute

// projectName returns the name of the project that calls in a region are
// made for. A configured name belongs to the configured region.
func (s *Session) projectName(region string) string {
	if s.config.ProjectName != "" && region == s.config.Region {
		return s.config.ProjectName
	}
	return region
}

// ProjectID returns the id of the project that calls in a region are made
// for; an empty region means the configured one. It asks IAM
// (KeystoneListProjects) once for each region.
func (s *Session) ProjectID(ctx context.Context, region string) (string, error) {
	if region == "" {
		region = s.config.Region
	}
	if s.config.ProjectID != "" && region == s.config.Region {
		return s.config.ProjectID, nil
	}
	return s.projects.Get(ctx, region, nil, func(ctx context.Context) (string, error) {
		return s.lookUpProject(ctx, region)
	})
}

func (s *Session) lookUpProject(ctx context.Context, region string) (string, error) {
	name := s.projectName(region)
	if name == "" {
		return "", errors.New("no Huawei Cloud region is configured: set region, or the environment variable HW_REGION_NAME")
	}
	var found projectsAnswer
	err := s.Do(ctx, Request{
		Service: IAM, Operation: "KeystoneListProjects", Method: http.MethodGet, Path: "/v3/projects",
		Query: url.Values{"name": {name}}, Region: region,
	}, &found)
	if err != nil {
		return "", fmt.Errorf("look up the project %q: %w", name, err)
	}
	if len(found.Projects) != 1 {
		return "", fmt.Errorf("IAM knows %d projects named %q that these credentials can see, and exactly one is needed: "+
			"check the region, or set project_id (HW_PROJECT_ID) or project_name (HW_PROJECT_NAME)", len(found.Projects), name)
	}
	return found.Projects[0].ID, nil
}

type projectsAnswer struct {
	Projects []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"projects"`
}

// Check demands the list, and an id of each project.
func (a *projectsAnswer) Check() error {
	if a.Projects == nil {
		return errors.New("it has no list of projects")
	}
	for _, project := range a.Projects {
		if project.ID == "" {
			return errors.New("it has a project without an id")
		}
	}
	return nil
}

// issuedToken is a token of IAM, valid for one project.
type issuedToken struct {
	value     string
	expiresAt time.Time
}

// passwordCredential exchanges user name and password for a token, once for
// each region until the token nears its end.
type passwordCredential struct {
	session *Session
	tokens  memo.Memo[string, issuedToken]
}

func (p *passwordCredential) authorize(ctx context.Context, request *http.Request, ready prepared) error {
	token, err := p.tokens.Get(ctx, ready.Region, p.fresh, func(ctx context.Context) (issuedToken, error) {
		return p.fetch(ctx, ready.Region)
	})
	if err != nil {
		return err
	}
	request.Header.Set("X-Auth-Token", token.value)
	return nil
}

func (p *passwordCredential) fresh(token issuedToken) bool {
	return p.session.clock.Now().Before(token.expiresAt.Add(-renewBefore))
}

func (p *passwordCredential) renew(region string) bool {
	p.tokens.Forget(region, func(issuedToken) bool { return true })
	return true
}

// fetch calls KeystoneCreateUserTokenByPassword.
func (p *passwordCredential) fetch(ctx context.Context, region string) (issuedToken, error) {
	s := p.session
	request := Request{
		Service: IAM, Operation: "KeystoneCreateUserTokenByPassword", Method: http.MethodPost,
		Path: "/v3/auth/tokens", Query: url.Values{"nocatalog": {"true"}}, Body: s.passwordBody(region),
		// A second token is no harm.
		Repeatable: true, Region: region,
	}
	ready, err := s.prepare(ctx, request)
	if err != nil {
		return issuedToken{}, err
	}
	var sent tokenAnswer
	ready.into = &sent
	got, err := s.sendAgain(ctx, ready, anonymous{})
	if err != nil {
		return issuedToken{}, fmt.Errorf("get a token for the user %q: %w", s.config.UserName, err)
	}
	token := issuedToken{value: got.header.Get("X-Subject-Token"), expiresAt: sent.Token.ExpiresAt}
	if token.value == "" {
		return issuedToken{}, fmt.Errorf("get a token for the user %q: the answer has no X-Subject-Token", s.config.UserName)
	}
	s.redactor.Add(token.value)
	return token, nil
}

type tokenAnswer struct {
	Token struct {
		ExpiresAt time.Time `json:"expires_at"`
	} `json:"token"`
}

// Check demands the end of the token's life; the token itself is in a header.
func (a *tokenAnswer) Check() error {
	if a.Token.ExpiresAt.IsZero() {
		return errors.New("it has no readable expires_at")
	}
	return nil
}

type nameOrID struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

type passwordUser struct {
	Name     string   `json:"name"`
	Password string   `json:"password"`
	Domain   nameOrID `json:"domain"`
}

type passwordIdentity struct {
	Methods  []string                `json:"methods"`
	Password map[string]passwordUser `json:"password"`
}

type passwordAuth struct {
	Identity passwordIdentity    `json:"identity"`
	Scope    map[string]nameOrID `json:"scope"`
}

func (s *Session) passwordBody(region string) map[string]passwordAuth {
	project := nameOrID{Name: s.projectName(region)}
	if s.config.ProjectID != "" && region == s.config.Region {
		project = nameOrID{ID: s.config.ProjectID}
	}
	return map[string]passwordAuth{"auth": {
		Identity: passwordIdentity{
			Methods: []string{"password"},
			Password: map[string]passwordUser{"user": {
				Name: s.config.UserName, Password: s.config.Password, Domain: nameOrID{Name: s.config.DomainName},
			}},
		},
		Scope: map[string]nameOrID{"project": project},
	}}
}

// anonymous is for the call that gets the token.
type anonymous struct{}

func (anonymous) authorize(context.Context, *http.Request, prepared) error { return nil }
func (anonymous) renew(string) bool                                        { return false }
