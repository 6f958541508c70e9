package simcore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// CA is the simulation's own certificate authority.
type CA struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

const (
	caCertificateFile = "ca.pem"
	caKeyFile         = "ca-key.pem"
)

// NewCA makes an authority that is valid for 30 days. It uses the
// machine's clock, because that is what clients check certificates with.
func NewCA() (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "cloudsim CA"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(30 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &CA{certificate: certificate, key: key}, nil
}

// Certificate returns the authority's certificate. It must not be changed.
func (ca *CA) Certificate() *x509.Certificate { return ca.certificate }

// Issue signs a certificate with a serial number of its own.
func (ca *CA) Issue(template *x509.Certificate, public crypto.PublicKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, public, ca.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// PEM returns the authority's certificate, as SSL_CERT_FILE wants it.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.certificate.Raw})
}

// Save writes the authority to a folder and returns its certificate's path.
func (ca *CA) Save(folder string) (certificatePath string, err error) {
	key, err := x509.MarshalECPrivateKey(ca.key)
	if err != nil {
		return "", err
	}
	certificatePath = filepath.Join(folder, caCertificateFile)
	if err := os.WriteFile(certificatePath, ca.PEM(), 0o600); err != nil {
		return "", err
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})
	return certificatePath, os.WriteFile(filepath.Join(folder, caKeyFile), keyPEM, 0o600)
}

// LoadCA reads an authority that Save wrote.
func LoadCA(folder string) (*CA, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, caCertificateFile), filepath.Join(folder, caKeyFile))
	if err != nil {
		return nil, err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a %T", caKeyFile, pair.PrivateKey)
	}
	return &CA{certificate: pair.Leaf, key: key}, nil
}

// realNames are hosts of the real services. Every certificate carries them, so
// that a client with fixed hosts can be pointed here by a hosts file.
var realNames = []string{
	"management.azure.com", "login.microsoftonline.com", "login.windows.net", "sts.windows.net",
	"api.loganalytics.io", "api.loganalytics.azure.com", "*.ods.opinsights.azure.com",
	"*.westeurope-1.ingest.monitor.azure.com", "*.northeurope-1.ingest.monitor.azure.com", "*.blob.core.windows.net",
	"iam.myhuaweicloud.com", "*.obs.cn-north-4.myhuaweicloud.com", "*.eu-west-101.myhuaweicloud.eu", "*.my-kualalumpur-1.myhuaweicloud.cn",
}

// huaweiRegions are those where the vendor's SDK knows hosts of IAM or of CFW,
// such as cfw.cn-north-4.myhuaweicloud.com.
//
// Source: region files of huaweicloud-sdk-go-v3 0.1.207
var huaweiRegions = []string{
	"ae-ad-1", "af-north-1", "af-south-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
	"cn-east-2", "cn-east-3", "cn-east-4", "cn-east-5", "cn-north-1", "cn-north-11", "cn-north-12", "cn-north-2",
	"cn-north-4", "cn-north-9", "cn-south-1", "cn-south-2", "cn-south-4", "cn-southwest-2", "cn-southwest-3", "eu-west-0",
	"la-north-2", "la-south-2", "me-east-1", "my-kualalumpur-1", "na-mexico-1", "ru-moscow-1", "sa-brazil-1", "tr-west-1",
}

// hostNames are localhost and the real services'. A wildcard stands for one label.
func hostNames() []string {
	names := append([]string{"localhost"}, realNames...)
	for _, region := range huaweiRegions {
		names = append(names, "*."+region+".myhuaweicloud.com")
	}
	return names
}

// TLSConfig returns a server configuration with a fresh certificate for
// localhost, the given address, and the hosts of the real services.
func (ca *CA) TLSConfig(address net.IP) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	certificate, err := ca.Issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "cloudsim"},
		NotBefore:   time.Now().Add(-time.Hour),
		NotAfter:    ca.certificate.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    hostNames(),
		IPAddresses: []net.IP{address, net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{certificate.Raw}, PrivateKey: key}},
	}, nil
}
