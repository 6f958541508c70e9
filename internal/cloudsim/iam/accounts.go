package iam

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"
)

// AccessKey is an AK/SK pair. A temporary one has a security token, which
// must come with every request that the key signs.
type AccessKey struct {
	Access, Secret string
	// SecurityToken is empty for permanent keys.
	SecurityToken string
	// ExpiresAt is zero for permanent keys.
	ExpiresAt time.Time
}

type account struct {
	domainID, domainName       string
	userID, userName, password string
	permanentKey               AccessKey
}

func newAccount() account {
	return account{
		domainID: randomID(), domainName: "sim-domain",
		userID: randomID(), userName: "sim-user", password: "SIMPW" + randomText(24),
	}
}

// User returns the name, the password and the account name with which a
// token can be had.
func (s *Service) User() (name, password, domainName string) {
	return s.account.userName, s.account.password, s.account.domainName
}

// PermanentKey returns the user's permanent access key.
func (s *Service) PermanentKey() AccessKey { return s.account.permanentKey }

// IssueTemporaryKey makes a key that expires, as an agency's credentials do.
func (s *Service) IssueTemporaryKey(lifetime time.Duration) AccessKey {
	return s.addKey(true, lifetime)
}

// RevokeKey makes an access key invalid.
func (s *Service) RevokeKey(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, access)
}

func (s *Service) addKey(temporary bool, lifetime time.Duration) AccessKey {
	key := AccessKey{
		Access: "SIMAK" + strings.ToUpper(randomText(15)),
		Secret: "SIMSK" + randomText(35),
	}
	if temporary {
		key.SecurityToken = "SIMST" + randomText(60)
		key.ExpiresAt = s.core.Clock.Now().Add(lifetime)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[key.Access] = key
	return key
}

func (s *Service) key(access string) (AccessKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, known := s.keys[access]
	return key, known
}

// randomText returns n letters and digits. Secrets of the simulation are
// random so that a test which finds one in a log has found a leak, and
// nothing else.
func randomText(n int) string {
	// crypto/rand.Text returns 26 characters of base32.
	text := ""
	for len(text) < n {
		text += rand.Text()
	}
	return text[:n]
}

func randomID() string {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		panic(err) // Documented never to happen.
	}
	return hex.EncodeToString(raw)
}
