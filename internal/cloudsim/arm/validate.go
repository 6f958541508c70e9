package arm

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// decode reads the body of PacketCaptures_Create and refuses members that the
// request's api-version does not have.
func decode(c *call) (*requestProperties, *refusal) {
	var asked request
	if refused := decodeBody(c, &asked, "PacketCapture"); refused != nil {
		return nil, refused
	}
	if asked.Properties == nil {
		return nil, missingMember("properties")
	}
	if member := memberOfLaterVersion(asked.Properties, c.version); member != "" {
		return nil, unknownMember(member, "PacketCapture")
	}
	return asked.Properties, nil
}

// decodeBody reads a body of the named type, and refuses members that it does not
// have.
func decodeBody(c *call, into any, kind string) *refusal {
	mediaType := simcore.MediaType(c.r.Header)
	if mediaType != "application/json" && (mediaType != "text/json" || c.version > lastWithTextJSON) {
		return gatewayRefusal(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The content media type '%s' is not supported. Only 'application/json' is supported.", c.r.Header.Get("Content-Type"))
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if member, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
			return unknownMember(strings.Trim(member, `"`), kind)
		}
		return unreadableJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return unreadable("Additional text encountered after finished reading JSON content.")
	}
	return nil
}

// unreadableJSON says what is wrong without the words of Go's decoder.
func unreadableJSON(err error) *refusal {
	wrongType := new(json.UnmarshalTypeError)
	if errors.As(err, &wrongType) {
		return unreadable("Unexpected JSON type '%s'. Path '%s', position %d.", strings.SplitN(wrongType.Value, " ", 2)[0], wrongType.Field, wrongType.Offset)
	}
	syntax := new(json.SyntaxError)
	if errors.As(err, &syntax) {
		return unreadable("Unexpected character encountered while parsing value. Path '', position %d.", syntax.Offset)
	}
	return unreadable("Unexpected end of content while loading JSON.")
}

func unknownMember(name, kind string) *refusal {
	return unreadable("Could not find member '%s' on object of type '%s'.", name, kind)
}

func missingMember(name string) *refusal {
	return unreadable("Required property '%s' not found in JSON.", name)
}

func memberOfLaterVersion(p *requestProperties, version string) string {
	switch {
	case version <= lastWithoutScope && p.Scope != nil:
		return "scope"
	case version <= lastWithoutScope && p.TargetType != nil:
		return "targetType"
	case version >= firstWithContinuous:
		return ""
	case p.ContinuousCapture != nil:
		return "continuousCapture"
	case p.CaptureSettings != nil:
		return "captureSettings"
	case p.StorageLocation != nil && p.StorageLocation.LocalPath != "":
		return "localPath"
	}
	return ""
}

// validate checks a request and fills in what the capture refers to.
func (s *Service) validate(c *capture, p *requestProperties) *refusal {
	if p.Target == nil || *p.Target == "" {
		return missingMember("target")
	}
	if p.StorageLocation == nil {
		return missingMember("storageLocation")
	}
	checks := []func(*capture, *requestProperties) *refusal{
		s.validateTarget, s.validateScope, s.validateLimits, s.validateMode, s.validateStorage, s.validateFilters,
	}
	for _, check := range checks {
		if refused := check(c, p); refused != nil {
			return refused
		}
	}
	return nil
}

func (s *Service) invalid(target, format string, args ...any) *refusal {
	refused := refuse(http.StatusBadRequest, s.switches.Get(SwitchRefusalCode), format, args...)
	refused.detail.Target = target
	return refused
}

const (
	targetVM       = "AzureVM"
	targetScaleSet = "AzureVMSS"

	instanceSegment = "/virtualMachines/"
)

func (s *Service) validateTarget(c *capture, p *requestProperties) *refusal {
	if !strings.HasPrefix(strings.ToLower(*p.Target), "/subscriptions/") {
		return refuse(http.StatusBadRequest, "LinkedInvalidPropertyId",
			"Property id '%s' at path 'properties.target' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.", *p.Target)
	}
	c.machine = s.inventory.machineByID(*p.Target)
	if c.machine == nil || c.machine.location != c.watcher.location {
		return danglingReference(*p.Target, c.id())
	}
	kind := targetVM
	if p.TargetType != nil {
		kind = *p.TargetType
	}
	want := targetVM
	if c.machine.scaleSet {
		want = targetScaleSet
	}
	if !strings.EqualFold(kind, targetVM) && !strings.EqualFold(kind, targetScaleSet) {
		return unreadable("Error converting value '%s' to type 'PacketCaptureTargetType'. Path 'properties.targetType'.", kind)
	}
	if !strings.EqualFold(kind, want) {
		return s.invalid("targetType", "Target %s does not fit the target type %s.", *p.Target, kind)
	}
	return nil
}

func (s *Service) validateScope(c *capture, p *requestProperties) *refusal {
	if p.Scope == nil || len(p.Scope.Include)+len(p.Scope.Exclude) == 0 {
		return nil
	}
	if !c.machine.scaleSet {
		return s.invalid("scope", "Scope is only valid for the target type AzureVMSS.")
	}
	if len(p.Scope.Include) > 0 && len(p.Scope.Exclude) > 0 && s.switches.Get(SwitchIncludeAndExclude) == modeRefused {
		return s.invalid("scope", "Scope has both include and exclude.")
	}
	prefix := strings.ToLower(c.machine.id + instanceSegment)
	for _, id := range append(append([]string{}, p.Scope.Include...), p.Scope.Exclude...) {
		instance := id
		if strings.Contains(id, "/") {
			instance = strings.TrimPrefix(strings.ToLower(id), prefix)
		}
		if instance == "" || strings.Contains(instance, "/") {
			return s.invalid("scope", "Instance %s does not belong to the target %s.", id, c.machine.id)
		}
	}
	return nil
}

// instanceID is the last segment of an instance's resource id, or a bare id.
func instanceID(id string) string {
	return id[strings.LastIndex(id, "/")+1:]
}
