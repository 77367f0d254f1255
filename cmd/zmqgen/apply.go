package main

// This file turns a plan into changes on disk: all of them or, on an error, none.
//
// Everything that may be needed is on disk before the first file is replaced: the new contents, and
// copies of the old ones. From then on there are only renames, to do the change and to undo it.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// disk is what apply asks of the file system, so that tests can make it fail.
type disk struct {
	mkdir  func(path string) error
	write  func(path string, content []byte) error // path is new
	chmod  func(path string, mode fs.FileMode) error
	chtime func(path string, modTime time.Time) error
	rename func(from, to string) error
	remove func(path string) error
}

// realDisk is the file system.
var realDisk = disk{
	mkdir:  func(path string) error { return os.Mkdir(path, 0o777) },
	write:  writeNew,
	chmod:  os.Chmod,
	chtime: func(path string, modTime time.Time) error { return os.Chtimes(path, time.Time{}, modTime) },
	rename: os.Rename,
	remove: os.Remove,
}

// writeNew writes content to path, which must not exist.
func writeNew(path string, content []byte) error { return writeNewMode(path, content, 0o644) }

// writeNewMode is writeNew with a mode, of which the umask may take something away.
func writeNewMode(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// transaction is one application of a plan.
type transaction struct {
	disk  disk
	temps []string       // files to remove at the end
	dirs  []string       // directories made, outermost first
	undo  []func() error // what takes the renames back, in the order they were done
}

// carryOut makes the changes of p on disk, or none of them, and tells of each.
func (p plan) carryOut(c *console, opts options) error {
	if err := p.applyUntilSignal(realDisk); err != nil {
		return err
	}
	c.tellChanges(opts, p.changes)
	return nil
}

// applyUntilSignal is apply until a signal ends it between two steps, so that it undoes what it did.
func (p plan) applyUntilSignal(d disk) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.apply(ctx, d)
}

// apply makes the changes of p, or none of them. It gives up between two steps if ctx ends.
func (p plan) apply(ctx context.Context, d disk) (err error) {
	if len(p.changes) == 0 {
		return nil
	}
	if err := p.checkWritable(); err != nil {
		return err
	}
	tx := &transaction{disk: d}
	done := false
	defer func() { // also after a panic
		if done {
			return
		}
		if left := tx.rollback(); left != nil {
			err = errors.Join(err, left)
		} else if err != nil {
			err = fmt.Errorf("%w; nothing was written", err)
		}
	}()
	if err := tx.makeDir(p.dir); err != nil {
		return fmt.Errorf("make directory %s: %w", shown(p.dir), cause(err))
	}
	steps := make([]func() error, len(p.changes))
	for i, ch := range p.changes {
		if steps[i], err = tx.stage(ch); err != nil {
			return fmt.Errorf("write %s: %w", ch.name, cause(err))
		}
	}
	for i, ch := range p.changes {
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err := steps[i](); err != nil {
			verb := "write"
			if ch.state == stale {
				verb = "remove"
			}
			return fmt.Errorf("%s %s: %w", verb, ch.name, cause(err))
		}
	}
	done = true
	return tx.clean()
}

// checkWritable returns an error if someone made a file read-only that would change. A rename would
// replace it all the same, on most systems.
func (p plan) checkWritable() error {
	var locked []error
	for _, ch := range p.changes {
		if ch.state != missing && ch.mode&0o200 == 0 {
			locked = append(locked, fmt.Errorf("%s is %s but read-only; make it writable or remove it", ch.name, ch.state))
		}
	}
	return errors.Join(locked...)
}

// makeDir makes dir and its parents.
func (tx *transaction) makeDir(dir string) error {
	var absent []string
	for {
		if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
			break
		}
		absent = append(absent, dir)
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	for _, dir := range slices.Backward(absent) {
		err := tx.disk.mkdir(dir)
		if info, statErr := os.Stat(dir); errors.Is(err, fs.ErrExist) && statErr == nil && info.IsDir() {
			continue // another run has made it meanwhile, so it is not ours to take back
		}
		if err != nil {
			return err
		}
		tx.dirs = append(tx.dirs, dir)
	}
	return nil
}

// stage puts on disk what ch and its undoing need, and returns the step that makes the change.
func (tx *transaction) stage(ch change) (step func() error, err error) {
	var fresh, backup string
	if ch.state != stale {
		if fresh, err = tx.temp(ch, ch.content); err != nil {
			return nil, err
		}
	}
	if ch.state != missing {
		if backup, err = tx.temp(ch, ch.old); err != nil {
			return nil, err
		}
		if err := tx.disk.chtime(backup, ch.modTime); err != nil {
			return nil, err
		}
	}
	do := func() error { return tx.rename(fresh, ch.path) }
	if ch.state == stale {
		do = func() error { return tx.disk.remove(ch.path) }
	}
	undo := func() error { return tx.restore(ch, backup) }
	return func() error {
		err := do()
		if err == nil {
			tx.undo = append(tx.undo, undo)
		}
		return err
	}, nil
}

// restore makes the file of ch what it was before its step; backup is a copy of it, if there was one.
func (tx *transaction) restore(ch change, backup string) error {
	if ch.state == missing {
		if err := tx.disk.remove(ch.path); err != nil {
			return fmt.Errorf("%s was written and could not be removed: %w", ch.name, cause(err))
		}
		return nil
	}
	if err := tx.rename(backup, ch.path); err != nil {
		tx.forget(backup) // now the only copy
		return fmt.Errorf("%s could not be put back; its old content is in %s: %w", ch.name, shown(backup), cause(err))
	}
	return nil
}

// rename moves a temporary file to its place.
func (tx *transaction) rename(temp, path string) error {
	err := tx.disk.rename(temp, path)
	if err == nil {
		tx.forget(temp)
	}
	return err
}

// forget takes temp off the list of files to remove.
func (tx *transaction) forget(temp string) {
	tx.temps = slices.DeleteFunc(tx.temps, func(t string) bool { return t == temp })
}

// temp writes content to a new file beside ch, with the mode of ch's file if that exists.
func (tx *transaction) temp(ch change, content []byte) (string, error) {
	for n := 0; ; n++ {
		// Neither Go nor anyone's glob for Go files takes such a name for source.
		name := filepath.Join(filepath.Dir(ch.path), fmt.Sprintf(".zmqgen-%d-%d.tmp", os.Getpid(), n))
		err := tx.disk.write(name, content)
		if errors.Is(err, fs.ErrExist) && n < 10_000 {
			continue // one of this run, or left behind by one that was killed
		}
		if err != nil {
			return "", err
		}
		tx.temps = append(tx.temps, name)
		if ch.state == missing && ch.mode == 0 {
			return name, nil // the mode is 0644 as far as the umask allows
		}
		return name, tx.disk.chmod(name, ch.mode)
	}
}

// rollback takes back what was done, and says what could not be.
func (tx *transaction) rollback() error {
	var errs []error
	for _, undo := range slices.Backward(tx.undo) {
		errs = append(errs, undo())
	}
	errs = append(errs, tx.clean())
	for _, dir := range slices.Backward(tx.dirs) {
		if err := tx.disk.remove(dir); err != nil {
			errs = append(errs, fmt.Errorf("remove directory %s: %w", shown(dir), cause(err)))
		}
	}
	return errors.Join(errs...)
}

// clean removes the temporary files that are left.
func (tx *transaction) clean() error {
	var errs []error
	for _, temp := range tx.temps {
		if err := tx.disk.remove(temp); err != nil {
			errs = append(errs, fmt.Errorf("remove temporary file %s: %w", shown(temp), cause(err)))
		}
	}
	return errors.Join(errs...)
}
