package imds

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// authority is the certificate authority behind attested documents: a root,
// and the intermediate that signers point to.
type authority struct {
	root, issuer *x509.Certificate
	issuerKey    *ecdsa.PrivateKey
	notBefore    time.Time
}

// signerKey is the key of all signers in this process. It is made at the
// first attested document, and once, because RSA keys take long.
var signerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// authorityLife is long enough for every jump of the simulated clock that a
// test may make.
const authorityLife = 10 * 365 * 24 * time.Hour

// newAuthority makes an intermediate below ca, or below a root of its own if
// that is nil.
func newAuthority(now time.Time, ca *simcore.CA) (*authority, error) {
	a := &authority{notBefore: now.Add(-30 * 24 * time.Hour)}
	var err error
	if a.issuerKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	issuer := a.template("cloudsim IMDS Issuing CA", true)
	if ca != nil {
		a.root = ca.Certificate()
		a.issuer, err = ca.Issue(issuer, &a.issuerKey.PublicKey)
		return a, err
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := a.template("cloudsim IMDS Root", true)
	if a.root, err = issue(root, root, &rootKey.PublicKey, rootKey); err != nil {
		return nil, err
	}
	a.issuer, err = issue(issuer, a.root, &a.issuerKey.PublicKey, rootKey)
	return a, err
}

func (a *authority) template(name string, isCA bool) *x509.Certificate {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name, Organization: []string{"cloudsim"}},
		NotBefore:             a.notBefore,
		NotAfter:              a.notBefore.Add(authorityLife),
		BasicConstraintsValid: true,
		IsCA:                  isCA,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}
	if isCA {
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	return template
}

func issue(template, parent *x509.Certificate, public any, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// signer returns a certificate for the names that points to issuerURL, and
// its key. Trusted is false for one that no known authority signed.
func (a *authority) signer(names []string, issuerURL string, trusted bool) (*x509.Certificate, *rsa.PrivateKey, error) {
	own, err := signerKey()
	if err != nil {
		return nil, nil, err
	}
	template := a.template(names[0], false)
	template.DNSNames = names
	template.IssuingCertificateURL = []string{issuerURL}
	parent, key := a.issuer, a.issuerKey
	if !trusted {
		stranger, err := newAuthority(a.notBefore, nil)
		if err != nil {
			return nil, nil, err
		}
		parent, key = stranger.issuer, stranger.issuerKey
	}
	certificate, err := issue(template, parent, &own.PublicKey, key)
	return certificate, own, err
}

// Roots returns the pool that attested documents verify against.
func (s *Service) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.pki.root)
	return pool
}

// RootPEM returns the root in the form that SSL_CERT_FILE wants, so that
// unmodified verifiers trust attested documents.
func (s *Service) RootPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.pki.root.Raw})
}
