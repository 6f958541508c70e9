package arm

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
)

func (m *machine) described() catalogue.Machine {
	return catalogue.Machine{ID: m.id, Location: m.location, Linux: m.linux, HasAgent: m.hasAgent, Running: m.running, ScaleSet: m.scaleSet, Instances: m.instances}
}

// machineOf finds the request's machine; of a group, or of the whole
// subscription if the path names none.
func (s *Service) machineOf(c *call) (*machine, *refusal) {
	kind := catalogue.TypeVM
	if c.parameters["scaleset"] != "" {
		kind = catalogue.TypeScaleSet
	}
	name := c.parameters["machine"] + c.parameters["scaleset"]
	id := "/subscriptions/" + s.subscriptionID + "/resourceGroups/" + c.parameters["group"] + "/providers/" + kind + "/" + name
	found := s.inventory.machineByID(id)
	if found == nil {
		return nil, missing(kind, name, c.parameters["group"])
	}
	return found, nil
}

// withMachine serves a read of one machine.
func withMachine(render func(*call, *machine) any) handler {
	return func(s *Service, c *call) *refusal {
		found, refused := s.machineOf(c)
		if refused != nil {
			return refused
		}
		c.answer(http.StatusOK, render(c, found))
		return nil
	}
}

func (c *call) expand() string { return c.r.URL.Query().Get("$expand") }

var (
	getMachine    = withMachine(func(c *call, m *machine) any { return m.described().Body(c.expand()) })
	getView       = withMachine(func(_ *call, m *machine) any { return m.described().View() })
	listInstances = withMachine(func(c *call, m *machine) any {
		list := catalogue.List[catalogue.MachineBody]{Value: []catalogue.MachineBody{}}
		for _, instance := range slices.Sorted(maps.Keys(m.instances)) {
			list.Value = append(list.Value, m.described().InstanceBody(instance, c.expand()))
		}
		return list
	})
)

// instanceOf finds the request's scale set with the instance that it names, if
// it names one.
func (s *Service) instanceOf(c *call) (*machine, *refusal) {
	found, refused := s.machineOf(c)
	if refused != nil {
		return nil, refused
	}
	instance := c.parameters["instance"]
	if _, exists := found.instances[instance]; !exists && instance != "" {
		return nil, refuse(http.StatusNotFound, "InvalidParameter", "The entity was not found.")
	}
	return found, nil
}

func (s *Service) getInstance(c *call) *refusal {
	found, refused := s.instanceOf(c)
	if refused != nil {
		return refused
	}
	c.answer(http.StatusOK, found.described().InstanceBody(c.parameters["instance"], c.expand()))
	return nil
}

// listExtensions serves those of a machine, of a scale set, or of its instance.
func (s *Service) listExtensions(c *call) *refusal {
	found, refused := s.instanceOf(c)
	if refused != nil {
		return refused
	}
	c.answer(http.StatusOK, catalogue.List[catalogue.Extension]{Value: append([]catalogue.Extension{}, found.described().Extensions(c.parameters["instance"])...)})
	return nil
}

func (s *Service) getExtension(c *call) *refusal {
	found, refused := s.instanceOf(c)
	if refused != nil {
		return refused
	}
	for _, extension := range found.described().Extensions(c.parameters["instance"]) {
		if strings.EqualFold(extension.Name, c.parameters["extension"]) {
			c.answer(http.StatusOK, extension)
			return nil
		}
	}
	_, below, _ := strings.Cut(found.id, "/providers/")
	if instance := c.parameters["instance"]; instance != "" {
		below += instanceSegment + instance
	}
	return missing(path.Dir(below), path.Base(below)+"/extensions/"+c.parameters["extension"], c.parameters["group"])
}

// listMachines serves the machines or the scale sets of a group or of the
// subscription.
func listMachines(scaleSets bool) handler {
	return func(s *Service, c *call) *refusal {
		group := strings.ToLower("/resourceGroups/" + c.parameters["group"])
		list := catalogue.List[catalogue.MachineBody]{Value: []catalogue.MachineBody{}}
		for _, m := range s.inventory.machines {
			if m.scaleSet == scaleSets && (c.parameters["group"] == "" || strings.Contains(strings.ToLower(m.id), group+"/")) {
				list.Value = append(list.Value, m.described().Body(""))
			}
		}
		c.answer(http.StatusOK, list)
		return nil
	}
}
