package blob

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// containers are those that exist without a blob in them. They have a lock of
// their own, as sources ask for them while the service asks its sources.
type containers struct {
	mu    sync.Mutex
	names map[string]bool
}

func (c *containers) add(account, container string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names[account+"/"+container] = true
}

func (c *containers) has(account, container string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names[account+"/"+container]
}

// remove forgets a container.
func (c *containers) remove(account, container string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.names, account+"/"+container)
}

// containerProperties answers without metadata: there are none here.
func (s *Service) containerProperties(c call) *refusal {
	if refused := s.findContainer(c, s.Blobs()); refused != nil {
		return refused
	}
	c.w.Header().Set("x-ms-lease-state", "available")
	c.w.Header().Set("x-ms-has-immutability-policy", "false")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) createContainer(c call) *refusal {
	if s.findContainer(c, s.Blobs()) == nil {
		refused := refuse(http.StatusConflict, "ContainerAlreadyExists", "The specified container already exists.")
		return &refused
	}
	s.containers.add(c.account, c.container)
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

func (s *Service) deleteContainer(c call) *refusal {
	if refused := s.findContainer(c, s.Blobs()); refused != nil {
		return refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(func(b Blob) bool { return b.Account == c.account && b.Container == c.container })
	s.containers.remove(c.account, c.container)
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

// AddContainer makes an empty container.
func (s *Service) AddContainer(account, container string) { s.containers.add(account, container) }

// ContainerURL returns the URL of a container with a SAS, as the portal shows it.
func (s *Service) ContainerURL(account, container, permissions string, start, end time.Time) string {
	return "https://" + account + ".blob.core.windows.net/" + container + "?" + s.Signature(account, container, "", permissions, start, end)
}

// Container is one that files may be brought to.
type Container struct {
	Account, Name string
	// MayOverwrite is false if the SAS only gives creation (c) and not writing (w).
	MayOverwrite bool
}

// Upload finds the container to which a SAS lets another service of Azure bring
// files at that time. The error says why there is none, with the service's code.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/put-blob#authorization
func (s *Service) Upload(sasURL string, at time.Time) (Container, error) {
	parsed, err := url.Parse(sasURL)
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return Container{}, errors.New("the SAS is no https URL")
	}
	account, _, _ := strings.Cut(parsed.Hostname(), ".")
	path := strings.Trim(parsed.Path, "/")
	if _, err := netip.ParseAddr(parsed.Hostname()); err == nil {
		account, path, _ = strings.Cut(path, "/")
	}
	if path == "" || strings.Contains(path, "/") {
		return Container{}, errors.New("the SAS is not of a container: its path has to be the container's name")
	}
	query := parsed.Query()
	refused := s.checkSignature(account, path, "", query, "wc", at)
	switch {
	case refused != nil:
	case !s.containers.has(account, path):
		missing := refuse(http.StatusNotFound, "ContainerNotFound", "The specified container does not exist.")
		refused = &missing
	case s.switches.Get(SwitchUploads) == "refused":
		forbidden := refuse(http.StatusForbidden, "AuthorizationFailure", "This request is not authorized to perform this operation.")
		refused = &forbidden
	}
	if refused != nil {
		return Container{}, fmt.Errorf("%s: %s", refused.Code, refused.Message)
	}
	return Container{account, path, strings.Contains(query.Get("sp"), "w")}, nil
}
