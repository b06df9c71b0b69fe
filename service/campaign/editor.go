package campaign

import (
	"bytes"
	"context"
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"

	"ruxue/service/fault"
)

// EditStore keeps a campaign's versions.
type EditStore interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Body returns the file of the current version; fault.NotFound without one.
	Body(ctx context.Context, code string) (body []byte, version int, err error)
	// BodyAt returns the file of a version; fault.NotFound without one.
	BodyAt(ctx context.Context, code string, version int) ([]byte, error)
	// Apply stores the next version; fault.Conflict when base is not current.
	Apply(ctx context.Context, c *Campaign, body []byte, base int, source string) (version int, err error)
}

// Editor changes campaigns in the console.
type Editor struct {
	store EditStore
	live  *Service
	roll  Roll
}

// NewEditor returns an Editor whose changes the Service shows at once; roll is
// asked before a campaign is opened.
func NewEditor(store EditStore, live *Service, roll Roll) *Editor { return &Editor{store, live, roll} }

// Current returns the newest version, past every cache.
func (e *Editor) Current(ctx context.Context, code string) (*Campaign, error) {
	c, _, err := e.current(ctx, code)
	return c, err
}

// At returns an earlier version; fault.NotFound without one.
func (e *Editor) At(ctx context.Context, code string, version int) (*Campaign, error) {
	body, err := e.store.BodyAt(ctx, code, version)
	if err != nil {
		return nil, err
	}
	c, err := Parse(body)
	if err != nil {
		return nil, fmt.Errorf("campaign %s version %d: %w", code, version, err)
	}
	c.Version = version
	return c, nil
}

func (e *Editor) current(ctx context.Context, code string) (*Campaign, []byte, error) {
	body, version, err := e.store.Body(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	c, err := Parse(body)
	if err != nil {
		return nil, nil, fmt.Errorf("campaign %s version %d: %w", code, version, err)
	}
	c.Version = version
	return c, body, nil
}

// Save stores the edit as the next version and returns it with what changed;
// nothing is stored when nothing did. fault.Conflict: the edit was made from
// another version than the current one. note records it, in the transaction
// that stores it.
func (e *Editor) Save(ctx context.Context, code string, base int, edit Edit, source string,
	note func(ctx context.Context, saved *Campaign, changed []Part) error) (*Campaign, []Part, error) {
	have, body, err := e.current(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	if base != have.Version {
		return nil, nil, fault.Newf(fault.Conflict, "活动已被修改到第 %d 版，您的修改基于第 %d 版", have.Version, base)
	}
	want, err := edit.Apply(have)
	if err != nil {
		return nil, nil, err
	}
	changed := Compare(have, want)
	if len(changed) == 0 {
		return have, nil, nil
	}
	if err := e.mayOpen(ctx, have, want); err != nil {
		return nil, nil, err
	}
	if body, err = rewrite(body, have, want); err != nil {
		return nil, nil, err
	}
	err = e.store.InTx(ctx, func(ctx context.Context) error {
		if want.Version, err = e.store.Apply(ctx, want, body, base, source); err != nil {
			return err
		}
		return note(ctx, want, changed)
	})
	if err != nil {
		return nil, nil, err
	}
	e.live.refresh()
	return want, changed, nil
}

// rewrite puts the edited parts into the file. The rest keeps its wording and
// its comments; those inside a part that changed are lost.
func rewrite(body []byte, before, after *Campaign) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(body, &doc); err != nil || len(doc.Content) != 1 {
		return nil, fmt.Errorf("reading the campaign's file: %w", err)
	}
	for _, p := range []struct {
		key           string
		before, after any
	}{{"window", before.Window, after.Window}, {"notice", before.Notice, after.Notice},
		{"contacts", before.Contacts, after.Contacts}, {"documents", before.Documents, after.Documents}} {
		if reflect.DeepEqual(p.before, p.after) {
			continue
		}
		if err := put(doc.Content[0], p.key, p.after); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, fmt.Errorf("writing the campaign's file: %w", err)
	}
	got, err := Parse(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("reading the edited campaign again: %w", err)
	}
	if len(Compare(got, after)) != 0 {
		return nil, fmt.Errorf("the edited campaign %s reads differently than it was written", after.Code)
	}
	return out.Bytes(), nil
}

func put(root *yaml.Node, key string, value any) error {
	var n yaml.Node
	if err := n.Encode(value); err != nil {
		return fmt.Errorf("writing %s of a campaign: %w", key, err)
	}
	prune(&n)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			root.Content[i+1] = &n
			return nil
		}
	}
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &n)
	return nil
}

// prune drops what a reader of the file fills in by itself: empty values.
func prune(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		var keep []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			v := n.Content[i+1]
			if empty := v.Value == "" && len(v.Content) == 0 || v.Tag == "!!bool" && v.Value == "false" || v.Tag == "!!null"; !empty {
				keep = append(keep, n.Content[i], v)
			}
		}
		n.Content = keep
	}
	for _, c := range n.Content {
		prune(c)
	}
}
