package cfw

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
)

// maxAllowedIPs is how many ranges a download can be limited to.
const maxAllowedIPs = 3

func (s *Service) captureResult(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	firewall, refused := s.firewall(c)
	if refused != nil {
		return *refused
	}
	query := c.URL.Query()
	id := query.Get("task_id")
	if id == "" {
		return refuse(codeEmptyParameter, "empty param")
	}
	if !resultLimitOK(query.Get("type"), query["ip"], s.switches.Get("result_address_ranges") == acceptIt) {
		return refuse(codeParameter, "parameter error")
	}
	now := s.core.Clock.Now()
	task := s.find(firewall.ID, id, now)
	if task == nil {
		return refuse(codeNotFound, "operation content does not exist.")
	}
	if task.occupies(now) && s.switches.Get("result_before_end") == refuseIt {
		return refuse(codeParameter, "parameter error")
	}
	if s.switches.Get("result_shape") == "file_list" {
		return answer{http.StatusOK, map[string]any{"data": s.fileList(task, now)}}
	}
	return answer{http.StatusOK, map[string]any{"data": map[string]any{
		"url":     "https://e-share.obs-website.example.com?token=SIMLINK" + rand.Text(),
		"captcha": captcha(), "expires": s.switches.Int("result_expires"),
	}}}
}

// resultLimitOK checks type (0: no limit, 1: only from ip) and ip.
func resultLimitOK(kind string, ips []string, ranges bool) bool {
	switch kind {
	case "", "0":
		return true
	case "1":
		forbidden := func(ip string) bool { return !isAddress(ip) && (!ranges || !isRange(ip)) }
		return len(ips) > 0 && len(ips) <= maxAllowedIPs && !slices.ContainsFunc(ips, forbidden)
	}
	return false
}

// isAddress reports whether text is an address or a CIDR block.
func isAddress(text string) bool {
	_, errAddr := netip.ParseAddr(text)
	_, errPrefix := netip.ParsePrefix(text)
	return errAddr == nil || errPrefix == nil
}

// isRange reports whether text is a range a-b of one family that does not run
// backwards.
func isRange(text string) bool {
	low, high, _ := strings.Cut(text, "-")
	from, errFrom := netip.ParseAddr(low)
	to, errTo := netip.ParseAddr(high)
	return errFrom == nil && errTo == nil && from.BitLen() == to.BitLen() && from.Compare(to) <= 0
}

// linkLife is how long a signed link works.
const linkLife = 24 * time.Hour

func (s *Service) fileList(task *task, now time.Time) map[string]any {
	link, host := "https://"+obs.Host+"/"+task.key()+"?AccessKeyId=SIMAKOBS&Expires=1733816960&Signature=SIMSIG"+rand.Text(), obs.Host
	if s.storage != nil {
		link, host = s.storage.Link(task.key(), now.Add(linkLife))
	}
	return map[string]any{
		"file_list":      []any{map[string]string{"file_name": task.fileName(), "file_path": task.key(), "url": link}},
		"request_header": map[string]string{"Host": host},
	}
}

// captcha is six digits, new for every link.
func captcha() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // Documented never to happen with rand.Reader.
	}
	return fmt.Sprintf("%06d", n)
}
