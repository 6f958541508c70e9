package capturetask_test

import (
	"flag"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestMain(m *testing.M) {
	// These tests mostly wait for the simulated service, so more of them can
	// run at a time than there are processors. -parallel still wins.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err) // The flag is Go's own.
	}
	acctest.Main(m)
}

const typeName = "cloudtap_huaweicloud_capture_task"
