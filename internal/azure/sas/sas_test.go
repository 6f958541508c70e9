package sas_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
)

const (
	signature = "c2lnbmF0dXJlLW9mLWEtdGVzdA%3D%3D"
	base      = "https://captures.blob.core.windows.net/gateway?sv=2022-11-02&sr=c"
)

var now = time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)

func TestWhatIsAtFaultIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ url, part, says string }{
		"http":               {"http://captures.blob.core.windows.net/gateway?sp=w&se=2030-01-01&sig=" + signature, "URL", "https://"},
		"no URL":             {"https://captures.blob.core.windows.net:port/gateway?sig=" + signature, "URL", "is no URL"},
		"a line break":       {base + "&sp=w&se=2030-01-01&sig=" + signature + "\n", "URL", "trimspace"},
		"user":               {"https://me:" + signature + "@captures.blob.core.windows.net/gateway?sig=x", "URL", "neither user"},
		"no container":       {"https://teststorage.blob.core.windows.net/?sv=2018-03-28&ss=bfqt&srt=sco&sp=rwdlacup&se=2030-09-13T07:44:05Z&sig=" + signature, "path", "no container"},
		"no container (IP)":  {"https://127.0.0.1:10000/account?sp=w&se=2030-01-01&sig=" + signature, "path", "no container"},
		"a blob":             {"https://captures.blob.core.windows.net/gateway/a.pcap?sp=w&se=2030-01-01&sig=" + signature, "path", `"/gateway/a.pcap"`},
		"no signature":       {base + "&sp=w&se=2030-01-01", "sig", "missing"},
		"read only":          {base + "&sp=rl&se=2030-01-01&sig=" + signature, "sp", `"rl"`},
		"no permissions":     {base + "&se=2030-01-01&sig=" + signature, "sp", "is missing"},
		"nothing":            {"", "URL", "is empty"},
		"empty expiry":       {base + "&sp=w&se=&sig=" + signature, "se", "missing"},
		"of a blob":          {"https://captures.blob.core.windows.net/gateway?sr=b&sp=w&se=2030-01-01&sig=" + signature, "sr", "container (c)"},
		"another service":    {"https://captures.blob.core.windows.net/gateway?ss=qt&srt=o&sp=w&se=2030-01-01&sig=" + signature, "ss", "blob service"},
		"no objects":         {"https://captures.blob.core.windows.net/gateway?ss=b&srt=s&sp=w&se=2030-01-01&sig=" + signature, "srt", "objects (o)"},
		"no expiry":          {base + "&sp=w&sig=" + signature, "se", "missing"},
		"no date":            {base + "&sp=w&se=tomorrow&sig=" + signature, "se", "no time"},
		"no date of a start": {base + "&sp=w&se=2030-01-01&st=now&sig=" + signature, "st", "no time"},
		"expired":            {base + "&sp=w&se=2020-10-27&sig=" + signature, "se", "2020-10-27T00:00:00Z: the signature has expired"},
		"too short":          {base + "&sp=w&se=2026-11-29T18:05Z&sig=" + signature, "se", "2026-11-29T18:10:00Z"},
		"another time zone":  {base + "&sp=w&se=2026-11-29T18:30:00%2B01:00&sig=" + signature, "se", "expired"},
		"permissions twice":  {base + "&sp=w&sp=r&se=2030-01-01&sig=" + signature, "sp", "more than once"},
		"expiry twice":       {base + "&sp=w&se=2030-01-01&SE=2020-01-01&sig=" + signature, "se", "more than once"},
		"signature twice":    {base + "&sp=w&se=2030-01-01&sig=" + signature + "&sig=" + signature, "sig", "more than once"},
		"anything twice":     {base + "&sp=w&se=2030-01-01&sig=" + signature + "&c2lnbmF0=1&c2lnbmF0=2", "query", "a parameter more than once"},
		"upper case":         {"https://captures.blob.core.windows.net/Gateway?sp=w&se=2030-01-01&sig=" + signature, "path", `"Gateway"`},
		"a short name":       {"https://captures.blob.core.windows.net/gw?sp=w&se=2030-01-01&sig=" + signature, "path", "3 to 63"},
		"a long name":        {"https://captures.blob.core.windows.net/" + strings.Repeat("a", 64) + "?sp=w&se=2030-01-01&sig=" + signature, "path", "3 to 63"},
		"two hyphens":        {"https://captures.blob.core.windows.net/gate--way?sp=w&se=2030-01-01&sig=" + signature, "path", "single hyphens"},
		"a hyphen at an end": {"https://captures.blob.core.windows.net/gateway-?sp=w&se=2030-01-01&sig=" + signature, "path", "begin and end"},
		"an escaped name":    {"https://captures.blob.core.windows.net/gate%20way?sp=w&se=2030-01-01&sig=" + signature, "path", "lower-case"},
		"a data lake":        {"https://captures.dfs.core.windows.net/gateway?sp=w&se=2030-01-01&sig=" + signature, "host", "captures.blob.core.windows.net"},
		"tables":             {"https://captures.table.core.chinacloudapi.cn/gateway?sp=w&se=2030-01-01&sig=" + signature, "host", "captures.blob.core.chinacloudapi.cn"},
		"a web site":         {"https://captures.z6.web.core.windows.net/gateway?sp=w&se=2030-01-01&sig=" + signature, "host", "web endpoint: files go to its blob endpoint, captures.blob.core.windows.net"},
		"no version":         {"https://captures.blob.core.windows.net/gateway?sr=c&sp=w&se=2030-01-01&sig=" + signature, "sv", "missing"},
		"no resource":        {"https://captures.blob.core.windows.net/gateway?sv=2022-11-02&sp=w&se=2030-01-01&sig=" + signature, "sr", "missing"},
		"no resource types":  {"https://captures.blob.core.windows.net/gateway?sv=2022-11-02&ss=b&sp=w&se=2030-01-01&sig=" + signature, "srt", "missing"},
		"a request":          {base + "&restype=container&comp=list&sp=w&se=2030-01-01&sig=" + signature, "comp", "not of the container"},
		"an expired key":     {base + "&sp=w&se=2030-01-01&skt=2026-11-22&ske=2026-11-28T00:00:00Z&sig=" + signature, "ske", "2026-11-28T00:00:00Z: the signature has expired"},
		"a key too short":    {base + "&sp=w&se=2030-01-01&ske=2026-11-29T18:05Z&sig=" + signature, "ske", "too early"},
		"no date of a key":   {base + "&sp=w&se=2030-01-01&ske=soon&sig=" + signature, "ske", "no time"},
		"no question mark":   {"https://captures.blob.core.windows.net/gatewaysv=2022-11-02&sp=w&se=2030-01-01&sig=" + signature, "URL", "the ? between them"},
		"a slash instead":    {"https://captures.blob.core.windows.net/gateway/sv=2022-11-02&sp=w&sig=" + signature, "URL", "the ? between them"},
		"all of it escaped":  {"https://captures.blob.core.windows.net/gateway%3Fsp=w%26sig=" + signature, "URL", "the ? between them"},
		"escaped twice":      {base + "&sp=w&se=2030-01-01&sig=c2lnbmF0%253D", "sig", "twice"},
		"in permissions":     {base + "&sp=r%26sig%3D" + signature + "&se=2030-01-01&sig=x", "sp", `"..."`},
		"in the resource":    {"https://captures.blob.core.windows.net/gateway?sv=2022-11-02&sr=b%26sig%3D" + signature + "&sp=w&se=2030-01-01&sig=x", "sr", `"..."`},
		"in protocols":       {base + "&spr=http%26sig%3D" + signature + "&sp=w&se=2030-01-01&sig=x", "spr", `"..."`},
		"in the services":    {"https://captures.blob.core.windows.net/gateway?sv=2022-11-02&ss=q%26sig%3D" + signature + "&srt=o&sp=w&se=2030-01-01&sig=x", "ss", `"..."`},
		"as the container":   {"https://captures.blob.core.windows.net/c2lnbmF0dXJlLW9mLWEtdGVzdC1hbmQtbW9yZS1vZi1pdA?sp=w&se=2030-01-01&sig=x", "path", `"..."`},
		"an empty container": {"https://captures.blob.core.windows.net//gateway?sp=w&se=2030-01-01&sig=" + signature, "path", "nothing more"},
		"slashes at the end": {"https://captures.blob.core.windows.net/gateway//?sp=w&se=2030-01-01&sig=" + signature, "path", "nothing more"},
		"the secondary":      {"https://captures-secondary.blob.core.windows.net/gateway?sp=w&se=2030-01-01&sig=" + signature, "host", "takes no files"},
		"only http":          {base + "&spr=http&sp=w&se=2030-01-01&sig=" + signature, "spr", `"http"`},
		"not begun":          {base + "&sp=w&st=2026-11-29T18:00:01Z&se=2030-01-01&sig=" + signature, "st", "in the future"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			container, err := sas.Parse(test.url)
			if err == nil {
				err = container.CheckValid(now, now.Add(10*time.Minute))
			}
			fault := new(sas.Error)
			if !errors.As(err, &fault) || fault.Part != test.part || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %s to be at fault, and %q", err, test.part, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "c2lnbmF0") {
				t.Errorf("the error shows the signature: %v", err)
			}
		})
	}
}

func TestWhatCanBeWrittenToIsTaken(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"service SAS":           base + "&sp=racwdl&st=2026-11-29T17:00:00Z&se=2026-11-29T18:10:01Z&spr=https&sig=" + signature,
		"a key's":               base + "&sp=w&se=2026-11-29T18:20:00Z&ske=2026-11-30T00:00:00Z&sig=" + signature,
		"create only":           base + "&sp=c&se=2030-01-01&sig=" + signature,
		"account SAS":           "https://captures.blob.core.windows.net/gateway?sv=2022-11-02&ss=bfqt&srt=sco&sp=rwdlacup&se=2030-09-13T07:44:05Z&sig=" + signature,
		"stored access policy":  base + "&si=capture&sig=" + signature,
		"fractions":             base + "&sp=w&se=2030-01-01T00:00:00.0000000Z&sig=" + signature,
		"a slash at the end":    "https://captures.blob.core.windows.net/gateway/?sv=2022-11-02&sr=c&sp=w&se=2030-01-01&sig=" + signature,
		"some addresses":        base + "&sp=c&se=2030-01-01&sip=168.1.5.60-168.1.5.70&sig=" + signature,
		"a DNS zone":            "https://captures.z01.blob.storage.azure.net/gateway?sv=2022-11-02&sr=c&sp=w&se=2030-01-01&sig=" + signature,
		"a domain of one's own": "https://file.example.com/gateway?sv=2022-11-02&sr=c&sp=w&se=2030-01-01&sig=" + signature,
		"simulated account":     "https://127.0.0.1:10000/account/gateway?sv=2022-11-02&sr=c&sp=w&se=2030-01-01&sig=" + signature,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			container, err := sas.Parse(text)
			if err == nil {
				err = container.CheckValid(now, now.Add(10*time.Minute))
			}
			if err != nil || container.Name != "gateway" || container.Secret() != text {
				t.Errorf("got %v, container %q", err, container.Name)
			}
			if want := map[bool]string{true: "168.1.5.60-168.1.5.70"}[name == "some addresses"]; container.Addresses != want {
				t.Errorf("from %q", container.Addresses)
			}
			if want := strings.Contains(name, "list") || strings.HasPrefix(name, "service") || strings.HasPrefix(name, "account"); container.MayList() != want {
				t.Errorf("may list: %v", container.MayList())
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				if shown := fmt.Sprintf(verb, container); strings.Contains(shown, "sig=") {
					t.Errorf("%s shows the signature: %s", verb, shown)
				}
			}
		})
	}
}
