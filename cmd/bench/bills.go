package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/cmd/internal/app"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/wxpay"
	"ruxue/service/payment"
	"ruxue/service/student"
)

type pool = sqlx.DB

// benchCampaign asks for nothing but the money, so that every callback
// completes a registration: number, counter and message included.
const benchCampaign = `
schema: 1
code: bench
title: 缴费压力测试
platform: 压力测试
institution: 压力测试学院
short_name: 压力测试
theme: blue
menu_label: 压力测试
window: {label: 开放时间, from: "2020-01-01", to: "2099-12-31"}
contacts: [{office: 压力测试, phone: "000"}]
login: {kind: sms}
choices: [{code: register, title: 注册, text: 注册, button: 注册}]
steps: [{kind: choice, label: 选择}, {kind: pay, label: 缴费}, {kind: done, label: 完成}]
fee: {rules: [{when: {}, items: [{name: 学费, fen: 300000}, {name: 教材费, fen: 20000}]}]}
number: {kind: pattern, prefix: "26", digits: 8}
templates:
  student_number: {id: %q, fields: {thing1: name, character_string2: number, thing3: major, time4: time}}
`

const workers = 4 // of the preparation, which is not measured

// each runs fn for 0 … n-1 on a few goroutines, and returns the first error.
func each(n, workers int, fn func(i int) error) error {
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := fn(i); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return first
}

// prepare migrates the database and gives n students of one campaign a bill
// and an order each, paid at the simulator, whose callbacks go to notifyURL.
// It returns the order numbers.
func (w *world) prepare(ctx context.Context, db *pool, n int, notifyURL string) ([]string, error) {
	if err := mysql.Migrate(ctx, db); err != nil {
		return nil, err
	}
	ring, err := keyring.New(w.cfg.Keys.Keyset, w.cfg.Keys.Lookup)
	if err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	d := mysql.New(db, ring, time.Now)
	c, err := app.ApplyCampaign(ctx, d, fmt.Appendf(nil, benchCampaign, w.sim.Config().Templates[0].ID), -1, "bench")
	if err != nil {
		return nil, err
	}
	if _, err := app.Admit(ctx, d, c.ID, students(n)); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, `UPDATE enrolment SET choice='register'`); err != nil {
		return nil, fmt.Errorf("choosing: %w", err)
	}
	var ids []int64
	if err := db.SelectContext(ctx, &ids, `SELECT id FROM enrolment ORDER BY id`); err != nil {
		return nil, fmt.Errorf("listing the enrolments: %w", err)
	}
	till, err := w.till(ctx, d, notifyURL)
	if err != nil {
		return nil, err
	}
	if err := each(n, workers, func(i int) error { return order(ctx, till, ids[i]) }); err != nil {
		return nil, err
	}
	var orders []string
	if err := db.SelectContext(ctx, &orders, `SELECT out_trade_no FROM attempt ORDER BY id`); err != nil {
		return nil, fmt.Errorf("listing the orders: %w", err)
	}
	return orders, each(n, workers, func(i int) error { _, err := w.sim.Pay(orders[i], "", true); return err })
}

// students are n invented admitted students.
func students(n int) []student.Admission {
	out := make([]student.Admission, n)
	for i := range out {
		out[i] = student.Admission{IDType: "护照", IDNumber: fmt.Sprintf("E%08d", i+1), Name: "李晓雯",
			ExamNumber: fmt.Sprintf("2632%010d", i+1), Gender: "女", Nation: "汉族", SiteCode: "100", Site: "南京校本部教学点",
			Grade: "2026级", Level: "专升本", Major: "水利水电工程", StudyForm: "函授", Years: "2.5",
			Phone: fmt.Sprintf("138%08d", i+1)}
	}
	return out
}

// till is the App's money service, but for where the callbacks go.
func (w *world) till(ctx context.Context, d *mysql.DB, notifyURL string) (*payment.Service, error) {
	p := w.cfg.WeChatPay
	gate, err := wxpay.New(ctx, wxpay.Config{AppID: w.cfg.WeChat.AppID, MchID: p.MchID, MchSerial: p.MchSerial,
		MchPrivateKeyPEM: p.PrivateKey, APIv3Key: p.APIv3Key, PublicKeyID: p.PublicKeyID, PublicKeyPEM: p.PublicKey,
		BaseURL: p.BaseURL, NotifyURL: notifyURL})
	if err != nil {
		return nil, fmt.Errorf("preparing WeChat Pay: %w", err)
	}
	return payment.New(payment.Deps{Store: d.Payments(), Gateway: gate, Clock: time.Now, Rand: rand.Reader,
		AppID: w.cfg.WeChat.AppID, MchID: p.MchID, NotifyURL: notifyURL}), nil
}

func order(ctx context.Context, till *payment.Service, enrolment int64) error {
	if _, err := till.EnsureBill(ctx, payment.BillInput{EnrolmentID: enrolment, CampaignVersion: 1,
		Items: []payment.Item{{Name: "学费", Fen: 300000}, {Name: "教材费", Fen: 20000}}}); err != nil {
		return err
	}
	_, err := till.Start(ctx, payment.StartInput{EnrolmentID: enrolment, Way: payment.Native, Description: "学费",
		ClientIP: "203.0.113.9"})
	return err
}
