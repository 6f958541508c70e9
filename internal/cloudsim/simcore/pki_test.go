package simcore_test

import (
	"crypto/x509"
	"net"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestCertificatesCarryTheRealHosts(t *testing.T) {
	t.Parallel()
	ca, err := simcore.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	config, err := ca.TLSConfig(net.IPv4(127, 0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"localhost", "management.azure.com", "tapcaptures.blob.core.windows.net", "api.loganalytics.azure.com", "iam.myhuaweicloud.com",
		"iam.cn-north-4.myhuaweicloud.com", "cfw.ap-southeast-1.myhuaweicloud.com", "obs.cn-north-4.myhuaweicloud.com", "bucket.obs.cn-north-4.myhuaweicloud.com",
		"iam.la-south-2.myhuaweicloud.com", "cfw.eu-west-101.myhuaweicloud.eu",
	} {
		if err := certificate.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
}
